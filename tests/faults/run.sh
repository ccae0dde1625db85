#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests of tests/faults/ against an instance of their own. `./dev faults` calls it.
#
#   NAME…    only these: "database" is database.test.mjs
#   --full   the long form: minutes where the short one takes seconds
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$top/tests/faults"

SOUK_FAULTS=short
files=
for word in "$@"; do
	case $word in
	--full) SOUK_FAULTS=full ;;
	*)
		[ -f "$word.test.mjs" ] || {
			echo "faults: there is no tests/faults/$word.test.mjs" >&2
			exit 2
		}
		files="$files $word.test.mjs"
		;;
	esac
done
[ -n "$files" ] || files=$(find . -name '*.test.mjs' | sort)

cmp -s ../package-lock.json ../node_modules/.installed 2>/dev/null || {
	(cd .. && npm ci --no-audit --no-fund --loglevel=error)
	cp ../package-lock.json ../node_modules/.installed
}

work=$(mktemp -d /tmp/souk-faults-run.XXXXXX)
mkdir "$work/tmp" && chmod 755 "$work" && chmod 1777 "$work/tmp"

# A test that was cut off leaves servers behind; their homes and directories tell which.
# shellcheck disable=SC2317 # the trap calls it
finish() {
	trap - EXIT INT TERM HUP
	for home in "$work/home" "$work"/tmp/souk-faults.*/home; do
		[ ! -d "$home" ] || SOUK_HOME=$home "$SOUK_PROGRAM" up --reset >/dev/null 2>&1 || :
	done
	for file in "$work"/tmp/souk-test-pg.*/data/postmaster.pid; do
		[ ! -f "$file" ] || kill -INT "$(head -n 1 "$file")" 2>/dev/null || :
	done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

free_port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
		console.log(s.address().port); s.close(); })'
}

unset SOUK_SERVER
SOUK_PROGRAM=${SOUK_PROGRAM:-$top/build/souk} DATA_DIR=$top
SOUK_HOME=$work/home SOUK_LISTEN=127.0.0.1:$(free_port) SOUK_TEST_TMP=$work/tmp
SOUK_URL=http://$SOUK_LISTEN TENANT_NET_ALLOW=127.0.0.1/32
export SOUK_PROGRAM DATA_DIR SOUK_HOME SOUK_LISTEN SOUK_TEST_TMP SOUK_URL SOUK_FAULTS TENANT_NET_ALLOW
"$SOUK_PROGRAM" up --detach >/dev/null

# shellcheck disable=SC2086 # file names without blanks
node --test --test-concurrency=1 $files
