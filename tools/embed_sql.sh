#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes C of numbered SQL files, for src/db/migrate.h: tools/embed_sql.sh SYMBOL [FILE.sql…] > out.c
#
# The files are taken in the order of their numbers, which must be 1, 2, 3, … without gaps; no file makes an empty list.
# A line of SQL is one string literal, so that the C can be read and no literal grows too long.

set -eu
LC_ALL=C
export LC_ALL

if [ $# -lt 1 ]; then
	echo "usage: tools/embed_sql.sh SYMBOL [FILE.sql...]" >&2
	exit 2
fi
symbol=$1
shift
case $symbol in
*[!a-z0-9_]* | '' | [0-9]*)
	echo "embed_sql: '$symbol' is not a C name of ours" >&2
	exit 2
	;;
esac

head_of_file() {
	printf '/* SPDX-License-Identifier: Apache-2.0 */\n'
	printf '/* Made by tools/embed_sql.sh from the SQL files; do not edit. */\n'
	printf '#include "db/migrate.h"\n\nconst struct migration %s[] = {\n' "$1"
}

program='
function fail(words) {
	print "embed_sql: " FILENAME ": " words | "cat 1>&2"
	failed = 1
	exit 1
}
function close_row() {
	if (open)
		printf "\t  , %d },\n", tables
	open = 0
}
FNR == 1 {
	close_row()
	name = FILENAME
	sub(/^.*\//, "", name)
	if (name !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+\.sql$/)
		fail("the name must be NNNN_words.sql")
	sub(/\.sql$/, "", name)
	number = substr(name, 1, 4) + 0
	if (number != ++count)
		fail("number " count " is missing or comes twice")
	printf "\t{ %d, \"%s\",\n", number, name
	open = 1
	tables = 0
}
{
	line = $0
	sub(/\r$/, "", line)
	if (line ~ /[\001-\010\013-\037\177]/)
		fail("line " FNR " holds a control character")
	if (tolower(line) ~ /^[ \t]*create[ \t]+((global|local)[ \t]+)?((temp|temporary|unlogged)[ \t]+)?table[ \t]/)
		tables++
	gsub(/\\/, "&&", line)
	gsub(/"/, "\\\"", line)
	gsub(/\t/, "\\t", line)
	gsub(/\?/, "\\?", line)
	printf "\t  \"%s\\n\"\n", line
}
END {
	if (failed)
		exit 1
	close_row()
	if (count != wanted) {
		print "embed_sql: a file is empty" | "cat 1>&2"
		exit 1
	}
}
'

# A pattern that matched nothing stands for no file.
if [ $# -eq 1 ] && [ ! -e "$1" ]; then
	case $1 in
	*'*'*) shift ;;
	esac
fi

out=$(mktemp)
trap 'rm -f "$out"' EXIT
head_of_file "$symbol" > "$out"
if [ $# -gt 0 ]; then
	# By number, whatever directory each stands in.
	for file; do
		printf '%s\t%s\n' "$(basename "$file")" "$file"
	done | sort | cut -f 2 > "$out.list"
	trap 'rm -f "$out" "$out.list"' EXIT
	set --
	while IFS= read -r file; do
		set -- "$@" "$file"
	done < "$out.list"
	awk -v wanted=$# "$program" "$@" >> "$out"
fi
printf '\t{ 0, NULL, NULL, 0 },\n};\n' >> "$out"
cat "$out"
