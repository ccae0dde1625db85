#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs all tests and ends with one line, "N passed, M failed"; exit 0 only if something passed and nothing failed.
# `./dev check` calls it after it has installed the packages. Builds are in build-gcc, build-fuzz, build-asan; the
# instances under test live in a directory of their own below /tmp and are gone afterwards.
set -u
umask 022
top=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$top" || exit 1
. tests/lib/build.sh

# The tests' own packages, once for each state of the lock file.
install_packages() {
	cmp -s tests/package-lock.json tests/node_modules/.installed 2>/dev/null && return 0
	(cd tests && npm ci --no-audit --no-fund --loglevel=error) >"$1" 2>&1 &&
		cp tests/package-lock.json tests/node_modules/.installed
}

# What npm needs of the environment it may have; nothing else that happens to be set shall matter.
if [ "${SOUK_CHECK-}" != clean ]; then
	log=$(mktemp)
	installed=yes
	install_packages "$log" || { installed=no; cat "$log" >&2; }
	rm -f "$log"
	exec env -i PATH="$PATH" HOME="${HOME:-/}" TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 SOUK_CHECK=clean \
		INSTALLED=$installed sh "$top/tests/run.sh"
fi
unset SOUK_CHECK

work=$(mktemp -d /tmp/souk-check.XXXXXX) && chmod 755 "$work" && mkdir "$work/log" "$work/tmp" &&
	chmod 1777 "$work/tmp" || exit 1
passed=0 failed=0 skipped=0 interrupted=no analysis=
began=$(date +%s)

# ---- ends ----

# Servers that a test left behind, by the pid in their directories.
stop_left_over() {
	for each in "$work"/tmp/souk-faults.*/home; do
		[ ! -d "$each" ] || SOUK_HOME=$each "$top/build-gcc/souk" up --reset >/dev/null 2>&1 || :
	done
	for file in "$work"/tmp/souk-test-pg.*/data/postmaster.pid; do
		[ ! -f "$file" ] || kill -INT "$(head -n 1 "$file")" 2>/dev/null || :
	done
}

finish() {
	trap - EXIT INT TERM HUP
	[ ! -d "$work/home" ] || down >/dev/null 2>&1 || :
	unit_cluster_stop >/dev/null 2>&1 || :
	stop_left_over
	[ -z "$analysis" ] || kill "$analysis" 2>/dev/null || :
	if [ "$failed" = 0 ] && [ "$interrupted" = no ]; then
		rm -rf "$work"
	else
		echo "Logs are kept in $work"
	fi
	echo "Took $(($(date +%s) - began)) s."
	more=
	[ "$skipped" = 0 ] || more=", $skipped skipped"
	# A run that was cut short has not shown that all is well.
	[ "$interrupted" = no ] || failed=$((failed + 1))
	echo "$passed passed, $failed failed$more"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
	exit $?
}
trap finish EXIT
trap 'interrupted=yes; exit' INT TERM HUP

# ---- parts ----

# Sums the numbers of the lines "# word N" of a log.
count() {
	sed -n "s/^# $2:* *\([0-9][0-9]*\)\$/\1/p" "$1" | awk '{ n += $1 } END { print n + 0 }'
}

# After a part: its name, exit code, the second it began, and what it counted.
tell() {
	passed=$((passed + $4))
	failed=$((failed + $5))
	skipped=$((skipped + $6))
	word=ok
	[ "$5" = 0 ] || word=FAIL
	printf '%-5s%-34s%5d passed %3d failed %3d skipped %4d s\n' "$word" "$1" "$4" "$5" "$6" \
		$(($(date +%s) - $3))
}

# part KIND NAME COMMAND…: runs a command and counts what it says; shows its output when it fails.
part() {
	kind=$1 name=$2
	shift 2
	log="$work/log/$(echo "$name" | tr -c 'a-z0-9\n' _).log"
	from=$(date +%s) code=0
	"$@" >"$log" 2>&1 </dev/null || code=$?
	case $kind in
	one) p=1 f=0 s=0 ;;
	unit)
		p=$(count "$log" PASS) s=$(count "$log" SKIP)
		f=$(($(count "$log" FAIL) + $(count "$log" ERROR) + $(count "$log" XPASS)))
		;;
	node)
		p=$(count "$log" pass) s=$(count "$log" skipped)
		f=$(($(count "$log" fail) + $(count "$log" cancelled)))
		;;
	esac
	if [ "$code" != 0 ] && [ "$f" = 0 ]; then
		f=1
		[ "$kind" != one ] || p=0
	elif [ "$code" = 0 ] && [ $((p + f + s)) = 0 ]; then
		echo "It ran no test at all." >>"$log"
		f=1
	fi
	if [ "$f" != 0 ]; then
		echo "---- $name: it said"
		show "$kind" "$log"
		echo "---- end of $name"
	fi
	tell "$name" "$code" "$from" "$p" "$f" "$s"
	[ "$f" = 0 ]
}

# Of a long log what tells why.
show() {
	case $1 in
	node) awk '/^ *not ok /{ on = 1 } /^ *ok /{ on = 0 } /^ *# Subtest/{ next } on' "$2" >"$2.short" ;;
	*) : >"$2.short" ;;
	esac
	[ -s "$2.short" ] || cp "$2" "$2.short"
	if [ "$(wc -l <"$2.short")" -gt 400 ]; then
		head -n 200 "$2.short"
		echo "[…]"
		tail -n 200 "$2.short"
	else
		cat "$2.short"
	fi
}

# outcome PID LOG: of what was begun before.
outcome() {
	wait "$1" && return
	cat "$2"
	return 1
}

skip() {
	skipped=$((skipped + 1))
	printf 'skip %s: %s\n' "$1" "$2"
}

# ---- builds and unit tests ----

as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

pg_bin() {
	printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5 -n | tail -n 1
}

# A throw-away server on a socket, for unit tests that need a database.
unit_cluster_start() {
	mkdir "$work/pg"
	[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
	(
		cd "$work/pg" &&
			as_postgres "$(pg_bin)/initdb" -D "$work/pg/data" -U postgres -A trust -E UTF8 \
				--locale=C.UTF-8 --no-sync --no-instructions &&
			as_postgres "$(pg_bin)/pg_ctl" -D "$work/pg/data" -w -s -l "$work/pg/log" -o \
				"-h '' -k $work/pg -c fsync=off -c max_locks_per_transaction=256" start
	)
}

unit_cluster_stop() {
	[ -d "$work/pg/data" ] || return 0
	(cd "$work/pg" && as_postgres "$(pg_bin)/pg_ctl" -D "$work/pg/data" -s -m fast stop)
}

unit() {
	(
		cd "$top/$1" || exit 1
		# Twice the cores: most of them wait most of the time.
		SOUK_TEST_PG="postgresql://postgres@/postgres?host=$work/pg" make -j4 check && exit 0
		cat test-suite.log
		exit 1
	)
}

mustache_driver() {
	# shellcheck disable=SC2046 # flags are words
	cc -std=gnu11 -Wall -Wextra -Werror -D_GNU_SOURCE -Isrc -o "$work/mustache_driver" \
		tests/templates/mustache_driver.c build-gcc/libsouk.a \
		$(pkg-config --cflags --libs json-c libpq openssl libjwt libsodium libcrypt fcgi)
}

# ---- the instance ----

free_port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
		console.log(s.address().port); s.close(); })'
}

# up DIRECTORY SLOWNESS SERVER: starts that build behind that web server; the tests find it by these variables.
up() {
	SOUK_PROGRAM=$top/$1/souk SOUK=$top/$1/souk SOUK_SLOWNESS=$2 SOUK_SERVER=$3
	SOUK_HOME=$work/home SOUK_LISTEN=127.0.0.1:$(free_port)
	SOUK_URL=http://$SOUK_LISTEN DATA_DIR=$top
	# One address of this machine stands for all that an operator allows; the next one is a stranger.
	TENANT_NET_ALLOW=127.0.0.1/32
	SOUK_TEST_TMP=$work/tmp TMPDIR=$work/tmp MUSTACHE_DRIVER=$work/mustache_driver
	export SOUK_PROGRAM SOUK SOUK_SLOWNESS SOUK_SERVER SOUK_HOME SOUK_LISTEN SOUK_URL DATA_DIR
	export TENANT_NET_ALLOW SOUK_TEST_TMP TMPDIR MUSTACHE_DRIVER
	"$SOUK_PROGRAM" up --detach
}

down() {
	"$SOUK_PROGRAM" up --down
}

# Another instance follows: the data of this one, a hundred thousand files, goes meanwhile.
leave() {
	cp -r "$work/home/log" "$work/log/$1" || :
	down && mv "$work/home" "$work/home.old" || return 1
	rm -rf "${work:?}/home.old" &
}

reset() {
	cp -r "$work/home/log" "$work/log/$1" || :
	"$SOUK_PROGRAM" up --reset && rm -rf "${work:?}/home"
}

# suite DIRECTORY FILE…
suite() {
	directory=$1
	shift
	(cd "tests/$directory" && timeout -k 10 600 node --test --test-concurrency=1 --test-reporter=tap "$@")
}

# Test files of a directory, but those named.
files() {
	(cd "tests/$1" && find . -maxdepth 1 -name '*.test.mjs' | sed 's|^\./||' | sort | grep -vxF "${2:-none}") || :
}

# shellcheck disable=SC2046 # file names without blanks
http() {
	part node "http ($1)" suite http $(files http logs.test.mjs)
}

no_reports() {
	! grep -hE -A 30 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$work/home/log/"*.log
}

# ---- all of it ----

echo "tests: packages of npm, builds, unit tests, house checks, then running instances"
part one "npm packages" [ "$INSTALLED" = yes ]
part one "build with gcc -Werror" build build-gcc --enable-werror "CFLAGS=-O2 -g" || exit
part one "database for unit tests" unit_cluster_start
part unit "unit tests (gcc)" unit build-gcc
SOUK=$top/build-gcc/souk
export SOUK
for check in tools/check_*.sh; do
	[ "$check" = tools/check_analysis.sh ] || part one "${check#tools/}" sh "$check"
done
for check in tools/check_*.mjs; do
	[ ! -f "$check" ] || part one "${check#tools/}" node "$check"
done
if command -v clang >/dev/null 2>&1; then
	# What meets strangers first; the other harnesses replay what they have in the unit tests.
	part one "build with clang -Werror" build_fuzz && part one "fuzzing" tests/fuzz/run.sh --seconds 10 \
		request path form cookie json conninfo host jwt seal template
else
	skip "build with clang -Werror" "clang is not installed"
fi
# Without -Werror: with sanitizers gcc sees truncation where there is none (its manual says so).
part one "build with sanitizers" build build-asan --enable-asan "CFLAGS=-O1 -g"

# Leaks are looked for where a process ends by returning: unit tests and commands. Workers end by _exit().
# What a sanitizer keeps of freed memory is no reason to recycle a worker.
export MAX_MEMORY=65536
ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:strict_string_checks=1:detect_stack_use_after_return=1
UBSAN_OPTIONS=print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS
part unit "unit tests (sanitizers)" unit build-asan
unit_cluster_stop || :

# Needs the processor most of the time, and what follows waits most of the time. timeout passes a signal on to all of it.
timeout 900 nice -n 19 sh tools/check_analysis.sh >"$work/log/analysis.log" 2>&1 </dev/null &
analysis=$!

# Both web servers get their turn, and the check takes no longer.
if part one "instance (sanitizers, Apache)" up build-asan 6 apache; then
	http "sanitizers, Apache"
	part one "no report of a sanitizer" no_reports
	part one "instance ends (sanitizers)" leave logs-asan
fi
unset ASAN_OPTIONS UBSAN_OPTIONS MAX_MEMORY
part one "check_analysis.sh" outcome "$analysis" "$work/log/analysis.log"
analysis=

part one "driver for templates" mustache_driver
part node "templates" suite templates spec.mjs
if part one "instance (nginx)" up build-gcc 1 nginx; then
	# shellcheck disable=SC2046
	part node "tables" suite tables $(files tables)
	http "gcc, nginx"
	if [ -n "$(files browser)" ]; then
		# shellcheck disable=SC2046
		part node "browser" suite browser $(files browser)
	fi
	# shellcheck disable=SC2046
	part node "faults" suite faults $(files faults)
	part node "logs" suite http logs.test.mjs
	part one "instance ends" reset logs-gcc
fi
