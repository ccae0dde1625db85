#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the SQL of one dialect from the portable tenant schema: tools/mksql.sh DIALECT OUTDIR
#
# Writes OUTDIR/NNNN_name.sql, OUTDIR/seeds/NNNN_name.sql and OUTDIR/demo/NNNN_name.sql. The same source gives the same bytes.
# A word of a dialect that the dialect does not define stays in the text; that is looked for and refused.

set -eu
LC_ALL=C
export LC_ALL

if [ $# -ne 2 ]; then
	echo "usage: tools/mksql.sh DIALECT OUTDIR" >&2
	exit 2
fi
dialect=$1
out=$2
src=$(cd "$(dirname "$0")/../sql/tenant" && pwd)
macros=$src/dialect_$dialect.m4

if [ ! -r "$macros" ]; then
	echo "mksql: no dialect '$dialect': $macros is not there" >&2
	exit 1
fi

words='(^|[^A-Za-z0-9_])([A-Z]+_T|UUID_ID|LOG_ID|TIMESTAMPS|(CREATE|END|AFTER|THIS)_(TABLE|AT)|FK_[A-Z]+|[A-Z]+_WHERE'
words="$words"'|EMPTY_[A-Z]+|UNIQUE_[A-Z]+|CHECK_THAT|ADD_FK|MAKE_INDEX|APPEND_ONLY|STATE_GUARD|ROLLUP|SEED[A-Z_]*|m4_[a-z]+)([^A-Za-z0-9_]|$)'

for part in . seeds demo; do
	mkdir -p "$out/$part"
	for file in "$src/$part"/[0-9][0-9][0-9][0-9]_*.sql.m4; do
		[ -e "$file" ] || continue
		made=$out/$part/$(basename "$file" .m4)
		if ! m4 -P "$macros" "$file" > "$made.tmp"; then
			rm -f "$made.tmp"
			exit 1
		fi
		if grep -nE "$words" "$made.tmp" >&2; then
			echo "mksql: $file: the words above are not defined by $macros" >&2
			rm -f "$made.tmp"
			exit 1
		fi
		mv "$made.tmp" "$made"
	done
done
