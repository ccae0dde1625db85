#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How much of the parsers the unit tests and the kept inputs of tests/fuzz reach, as a table; `./dev coverage`
# calls it. Exit 1 when it is less than 95 % of their lines in all, or 90 % of one file's.
#
#   coverage.sh [FILE…]   with files ("url.c"), also the lines that were not reached
set -eu
top=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$top"
. tests/lib/build.sh

home=$top/build-coverage
of_all=95 of_each=90

# What takes apart, or writes, the bytes of strangers.
parsers='base/clock base/decimal base/id base/log base/text crypto/jwt crypto/seal crypto/token db/conninfo
	db/conninfo_text db/pg_guard domain/slug json/json json/json_valid json/json_walk json/json_writer
	net/egress net/mail_compose web/cookie web/cors web/csrf web/form web/input web/reply web/reply_error web/request
	web/router web/template web/template_lines web/template_load web/template_parse web/template_render
	web/template_scan web/template_value web/url'

# Unit tests that need no database, and all harnesses.
tests() {
	grep -LE 'pg_fixture|db_fixture' tests/unit/test_*.c
	ls tests/fuzz/fuzz_*.c
}

run_tests() {
	build build-coverage CFLAGS='-Og -g --coverage' &&
		find "$home" -name '*.gcda' -exec rm -f {} + &&
		make -C "$home" -s check TESTS="$(tests | sed 's/\.c$//' | tr '\n' ' ')"
}

# "file lines reached" for each parser.
reached() {
	for p in $parsers; do
		(cd "$home" && gcov -n "src/$p.o" 2>/dev/null) | awk -v p="$p.c" '
			$1 == "File" { ours = index($2, "/src/" p "\047") }
			ours && /^Lines executed/ {
				split($2, part, /[:%]/)
				printf "%s %d %.0f\n", p, $4, part[2] * $4 / 100
				exit
			}'
	done
}

missed() {
	for p in $parsers; do
		[ "${p##*/}.c" = "$1" ] || continue
		(cd "$home" && gcov -t "src/$p.o" 2>/dev/null) | awk -v p="src/$p.c" '
			/^ *-: *0:Source:/ { ours = index($0, p) }
			ours && /^ *#####:/ { print p ":" $0 }'
	done
}

mkdir -p "$home"
run_tests >"$home/log" 2>&1 || {
	tail -n 60 "$home/log" >&2
	exit 1
}
reached | awk -v all=$of_all -v each=$of_each '
	function line(name, n, got, least) {
		printf "%-28s%6d lines%7.1f %%%s\n", name, n, 100 * got / n,
			100 * got / n < least ? "  too few" : ""
		return 100 * got / n < least
	}
	{ bad += line($1, $2, $3, each); n += $2; got += $3 }
	END { bad += n ? line("in all", n, got, all) : 1; exit bad > 0 }' && code=0 || code=1
for file in "$@"; do
	missed "$file"
done
exit "$code"
