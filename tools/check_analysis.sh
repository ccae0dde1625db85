#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fails on whatever gcc -fanalyzer, clang-tidy (.clang-tidy) and cppcheck find in src/ and, but for clang-tidy, in tests/.
#
# usage: tools/check_analysis.sh [PROGRAM [FILE…]]
#
# That a file is clean is remembered beside the program, under a hash of all that a compiler reads of it: only what has
# changed is looked at again. A finding is never remembered. A false one is answered by a shape of the code that reader
# and tool both understand, or where there is none by a suppression of that one line with its reason.

set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."

program=${1:-${SOUK:-build/souk}}
[ $# = 0 ] || shift
build=$(dirname "$program")
kept=$build/analysis
# shellcheck disable=SC2089 # flags are words, and this quote belongs to one
own="-D_GNU_SOURCE -DHAVE_CONFIG_H -DPKGDATADIR=\"/usr/share/souk\" -I$build -Isrc"
flags="-std=gnu11 $own $(pkg-config --cflags libpq json-c openssl libcurl 2>/dev/null || :)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
reasoned='(NOLINT(NEXTLINE)?\([a-z.A-Z-]+\): |cppcheck-suppress [a-zA-Z]+ ; )[a-z]'
bad=0

# What a tool has to say. A line of ours may answer gcc by `analyzer-malloc-leak: the reason` in a comment; clang-tidy and
# cppcheck read their own marks.
findings() {
	case $1 in
	gcc)
		awk '
		function answered(word,   at, i, text) {
			split($0, at, ":")
			for (i = 0; i < at[2]; i++)
				if ((getline text < at[1]) <= 0)
					break
			close(at[1])
			return index(text, word ": ")
		}
		/: warning: / { drop = match($0, /analyzer-[a-z-]+/) && answered(substr($0, RSTART, RLENGTH)) }
		!drop && /: (warning|note|error|fatal error): /
		'
		;;
	clang-tidy) grep -vE '^[0-9]+ warnings? generated\.$' || : ;;
	*) cat ;;
	esac
}

# Runs a tool and shows what it finds.
ask() {
	code=0
	"$@" >"$log" 2>&1 || code=$?
	found=$(findings "$1" <"$log")
	[ -n "$found" ] || [ "$code" = 0 ] || found="${1##*/} ended with $code: $(cat "$log")"
	[ -n "$found" ] || return 0
	printf '%s\n' "$found"
	bad=1
}

# shellcheck disable=SC2086,SC2090 # flags are words
preprocessed() {
	cat .clang-tidy tools/check_analysis.sh "$kept/tools"
	echo "$flags"
	gcc $flags -E -CC "$1" 2>/dev/null || :
}

# shellcheck disable=SC2086,SC2090
look_at() {
	ask gcc $flags -O2 -fanalyzer -fdiagnostics-plain-output -S -o /dev/null "$1"
	case $1 in
	src/*) ask clang-tidy --quiet --config-file=.clang-tidy "$1" -- $flags ;;
	esac
}

one() {
	stamp=$kept/$(preprocessed "$1" | sha256sum | cut -d ' ' -f 1)
	if [ -e "$stamp" ]; then
		touch "$stamp"
		return
	fi
	look_at "$1"
	[ "$bad" != 0 ] || : >"$stamp"
}

# All files in one run, since it follows calls from one to the other.
# shellcheck disable=SC2086,SC2090
cross() {
	ask cppcheck --quiet --enable=warning,performance,portability --inline-suppr --std=c11 $own \
		--template='{file}:{line}: {severity}: {message} [{id}]' --template-location= "$@"
}

# How it calls itself, for each file in a process of its own.
if [ "${1-}" = --one ]; then
	one "$2"
	exit "$bad"
fi

for tool in gcc clang-tidy cppcheck; do
	command -v "$tool" >/dev/null || { echo "analysis: $tool is missing; ./dev check installs it" >&2; exit 1; }
done
mkdir -p "$kept"
find "$kept" -type f -mtime +30 -exec rm -f {} +
{ gcc --version && clang-tidy --version && cppcheck --version; } | grep -v 'Host CPU' >"$kept/tools.new"
mv "$kept/tools.new" "$kept/tools"
# shellcheck disable=SC2046 # file names have no blanks
[ $# != 0 ] || set -- $(find src tests -name '*.c' ! -path '*/node_modules/*' | sort)

printf '%s\n' "$@" | xargs -P "$(nproc)" -I FILE sh tools/check_analysis.sh "$program" --one FILE || bad=1
cross "$@"
# shellcheck disable=SC2046
if grep -nE 'NOLINT|cppcheck-suppress' "$@" $(find src tests -name '*.h' ! -path '*/node_modules/*') | grep -vE "$reasoned"; then
	echo "a suppression names one check and gives its reason"
	bad=1
fi
[ "$bad" = 0 ] || { echo "analysis: see above" >&2; exit 1; }
echo "analysis: nothing is found in $# files"
