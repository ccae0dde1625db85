#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles each header of src/ alone, and twice in a row, so that none leans on what stands before it.

set -eu
cd "$(dirname "$0")/.."

cc=${CC:-cc}
flags=$(pkg-config --cflags libpq json-c openssl 2>/dev/null || :)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
bad=0 count=0

for header in $(find src -name '*.h' | sort); do
	name=${header#src/}
	count=$((count + 1))
	# shellcheck disable=SC2086 # flags are words
	if ! printf '#include "%s"\n#include "%s"\n' "$name" "$name" |
		$cc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -Isrc $flags -x c - >"$log" 2>&1; then
		echo "$header: does not compile alone: $(grep -m 1 -E 'error|warning' "$log" || head -n 1 "$log")"
		bad=$((bad + 1))
	fi
done

[ "$bad" = 0 ] || { echo "headers: $bad of $count do not stand alone" >&2; exit 1; }
echo "headers: $count stand alone"
