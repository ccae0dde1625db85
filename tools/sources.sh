#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes sources.am, the lists of files for Makefile.am; `--check` only tells whether it is up to date.
set -eu
cd "$(dirname "$0")/.."
list() {
	name=$1
	shift
	printf '%s =' "$name"
	find "$@" | LC_ALL=C sort | while IFS= read -r f; do printf ' \\\n\t%s' "$f"; done
	printf '\n\n'
}
make_lists() {
	printf '# Made by tools/sources.sh; run it after adding or removing a file.\n\n'
	list LIB_SOURCES src -name '*.[ch]' ! -path src/app/main.c -o -name '*.def'
	list UNIT_TESTS tests/unit -name 'test_*.c' | sed 's/\.c\( \\\)\{0,1\}$/\1/'
	list FUZZERS tests/fuzz -name 'fuzz_*.c' | sed 's/\.c\( \\\)\{0,1\}$/\1/'
	find tests/fuzz -name 'fuzz_*.c' | LC_ALL=C sort | sed 's/[/]/_/g; s/\.c$/_LDADD = $(FUZZ_LDADD)/'
	printf '\n'
	list MASTER_SQL sql/master -name '*.sql'
	list TENANT_SQL sql/tenant -maxdepth 1 -name '[0-9]*.sql.m4'
	list SEED_SQL sql/tenant/seeds -name '[0-9]*.sql.m4'
	list DEMO_SQL sql/tenant/demo -name '[0-9]*.sql.m4'
	list DIALECTS sql/tenant -maxdepth 1 -name 'dialect_*.m4'
	list MAN_PAGES man -name '*.[15]'
	list DATA_FILES templates www -type f
	list DIST_FILES etc docs tests tools -type f ! -path '*/node_modules/*' ! -name 'test_*.c' \
		! -name 'fuzz_*.c' ! -path 'tests/fuzz/corpus/*' ! -path 'tests/fuzz/regressions/*' ! -path 'man/*'
}
if [ "${1-}" = --check ]; then
	make_lists | diff -u sources.am - || { echo "sources.am is out of date: run tools/sources.sh"; exit 1; }
else
	make_lists >sources.am.new
	mv sources.am.new sources.am
fi
