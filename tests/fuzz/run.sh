#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzzes the parsers, two harnesses at a time; `./dev fuzz` calls it, and the tests with ten seconds each.
#
#   run.sh [--seconds N] [NAME…]    each for N seconds (600); without names all
#   run.sh --minimise [NAME…]       makes tests/fuzz/corpus/NAME anew: what is kept and what was found, without
#                                   what adds no new code
#
# What a run has learnt is in build-fuzz/found, findings in build-fuzz/findings. Exit 1 when there is a new one.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
. tests/lib/build.sh

home=$top/build-fuzz
seconds=600 what=fuzz names=

usage() {
	sed -n '5,7s/^#   run.sh/  .\/dev fuzz/p; 8s/^#//p' "$0" >&2
	exit 2
}

all_names() {
	for f in tests/fuzz/fuzz_*.c; do
		f=${f#tests/fuzz/fuzz_}
		echo "${f%.c}"
	done
}

# A statistic of libFuzzer's, or of its last line of progress.
number() {
	sed -n "s/^stat::$1: *//p; s/.*[ \t]$1: \([0-9]*\).*/\1/p" "$home/log/$2.log" | tail -n 1
}

# fuzz NAME: one harness.
fuzz() {
	set -- "$1" "$home/found/$1" "tests/fuzz/corpus/$1"
	mkdir -p "$2"
	[ ! -d "tests/fuzz/regressions/$1" ] || set -- "$@" "tests/fuzz/regressions/$1"
	[ ! -f "tests/fuzz/dictionaries/$1.dict" ] || set -- "$@" "-dict=tests/fuzz/dictionaries/$1.dict"
	name=$1 code=0
	shift
	"$home/tests/fuzz/fuzz_$name" "$@" -max_total_time="$SECONDS_EACH" -timeout=20 -rss_limit_mb=2048 \
		-artifact_prefix="$home/findings/$name-" -print_final_stats=1 >"$home/log/$name.log" 2>&1 || code=$?
	[ "$code" = 0 ] || tell_finding "$name"
	printf '%-5s%-14s%10s runs %7s new %6s edges\n' "$([ "$code" = 0 ] && echo ok || echo FAIL)" "$name" \
		"$(number number_of_executed_units "$name")" "$(number new_units_added "$name")" "$(number cov "$name")"
	[ "$code" = 0 ]
}

tell_finding() {
	file=$(sed -n 's/.*Test unit written to //p' "$home/log/$1.log" | tail -n 1)
	grep -hE 'does not hold|runtime error|ERROR: |SUMMARY' "$home/log/$1.log" | head -n 4 || :
	cat <<-END
	A finding of $1; see it again with
	  $home/tests/fuzz/fuzz_$1 ${file:-(none was written: see $home/log/$1.log)}
	and keep it, with the change that puts it right, in tests/fuzz/regressions/$1/
	END
}

# minimise NAME: without the counters that tell one run of a loop from two, a few dozen inputs stay.
minimise() {
	new=$home/minimised/$1
	rm -rf "$new"
	mkdir -p "$new" "$home/found/$1"
	"$home/tests/fuzz/fuzz_$1" -merge=1 -use_counters=0 "$new" "tests/fuzz/corpus/$1" "$home/found/$1" \
		>"$home/log/$1.log" 2>&1
	rm -rf "tests/fuzz/corpus/$1"
	mv "$new" "tests/fuzz/corpus/$1"
	printf '%-14s%5d inputs\n' "$1" "$(find "tests/fuzz/corpus/$1" -type f | wc -l)"
}

while [ $# -gt 0 ]; do
	case $1 in
	--seconds) [ $# -gt 1 ] && seconds=$2 && shift ;;
	--minimise) what=minimise ;;
	--one) # from xargs below
		"$2" "$3"
		exit
		;;
	-*) usage ;;
	*)
		[ -f "tests/fuzz/fuzz_$1.c" ] || {
			echo "There is no harness $1; there are: $(all_names | tr '\n' ' ')" >&2
			exit 2
		}
		names="$names $1"
		;;
	esac
	shift
done
case $seconds in '' | *[!0-9]*) usage ;; esac

mkdir -p "$home/log" "$home/findings"
build_fuzz >"$home/log/build.log" 2>&1 || {
	tail -n 40 "$home/log/build.log" >&2
	exit 1
}
SECONDS_EACH=$seconds ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
export SECONDS_EACH ASAN_OPTIONS UBSAN_OPTIONS
# shellcheck disable=SC2086 # names are words
printf '%s\n' ${names:-$(all_names)} | xargs -P 2 -n 1 "$0" --one "$what" || exit 1
