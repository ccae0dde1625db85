#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks what can be counted of the style: lines, functions, files, forbidden calls, first lines, leftovers.
#
# A tab counts as 8 columns, a UTF-8 character as one. Tables of words (*.def) and SQL may be wider.

set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."

status=0

sources() {
	for dir in src tests tools sql templates www man docs etc; do
		[ -d "$dir" ] || continue
		find "$dir" -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.mjs' -o -name '*.js' \
			-o -name '*.css' -o -name '*.sql' -o -name '*.m4' -o -name '*.html' -o -name '*.md' -o -name '*.in' \
			-o -name '*.1' -o -name '*.5' \) ! -path '*/node_modules/*'
	done | sort
}

# Lines, functions, files and calls of C.
find src tests -name '*.[ch]' ! -path '*/node_modules/*' | sort | xargs awk -v max=100 '
function complain(line, words) {
	print FILENAME ":" line ": " words
	bad++
}
function columns(s,   i, n) {
	gsub(/[\200-\277]/, "", s)
	if (length(s) * 8 <= max)
		return 0
	n = 0
	for (i = 1; i <= length(s); i++)
		if (substr(s, i, 1) == "\t")
			n += 8 - n % 8
		else
			n++
	return n
}
# The line without comments and without what stands in quotes.
function code_of(s,   at) {
	gsub(/\\\\/, "", s)
	gsub(/\\"/, "", s)
	gsub(/"[^"]*"/, "\"\"", s)
	if (in_comment) {
		if (!(at = index(s, "*/")))
			return ""
		s = substr(s, at + 2)
		in_comment = 0
	}
	while ((at = index(s, "/*"))) {
		if (!index(substr(s, at + 2), "*/")) {
			in_comment = 1
			return substr(s, 1, at - 1)
		}
		s = substr(s, 1, at - 1) substr(s, at + 2 + index(substr(s, at + 2), "*/") + 1)
	}
	sub(/\/\/.*/, "", s)
	return s
}
FNR == 1 {
	if (last_name && last_line >= 500)
		complain_file(last_name, last_line)
	in_comment = 0
	begin = 0
}
function complain_file(name, lines) {
	print name ":" lines ": a file has fewer than 500 lines"
	bad++
}
{
	last_name = FILENAME
	last_line = FNR
	wide = columns($0)
	if (wide > max)
		complain(FNR, "line of " wide " columns, at most " max)
	code = code_of($0)
	if (code ~ /(^|[^A-Za-z0-9_])(strcpy|strcat|sprintf|vsprintf|strncpy|strncat|stpcpy|gets|strtok|atoi|atol|atof|alloca|tmpnam|mktemp)[ ]*\(/)
		complain(FNR, "forbidden call (see docs/HACKING.md, Style)")
	if (FILENAME ~ /^src\// && code ~ /(^|[^A-Za-z0-9_])(system|popen|setjmp|longjmp|rand|srand)[ ]*\(/)
		complain(FNR, "forbidden call in the program (see docs/HACKING.md, Style)")
	if (code ~ /(^|[^A-Za-z0-9_])typedef[ ]+(struct|union)[ ]/ || code ~ /typedef[ ]+enum[ ]+[a-z_]*[ ]*\{/)
		complain(FNR, "structs and enums have no typedef")
	if (FILENAME ~ /^src\// && FILENAME !~ /^src\/base\/(arena|log)/ && code ~ /(printf|log_(debug|info|warn|error|alarm|write))\(/ && $0 ~ /"[^"]*\{\\"/)
		complain(FNR, "JSON is written by json_writer, not by printf")
}
/^\{/ { begin = FNR }
/^\}/ {
	if (begin && FNR - begin - 1 > 60)
		complain(begin, "function of " FNR - begin - 1 " lines, at most 60")
	begin = 0
}
END {
	if (last_name && last_line >= 500)
		complain_file(last_name, last_line)
	exit bad > 0
}
' || status=1

# Every file says what it is under and what it is for; no leftovers; tidy line ends.
sources | xargs awk '
function complain(words) {
	print FILENAME ":" FNR ": " words
	bad++
}
function has_first_lines() {
	return FILENAME ~ /\.(h|c|def|sh|mjs|js|css|sql)$|\.sql\.m4$/
}
FNR == 1 {
	spdx = 0
	if (has_first_lines() && !/^dnl/ && !/SPDX-License-Identifier: Apache-2\.0/ && !/^#!/)
		complain("the first line is the SPDX line")
}
FNR <= 2 && /SPDX-License-Identifier/ { spdx = FNR }
FNR == 2 && has_first_lines() && !spdx { complain("the SPDX line is missing") }
has_first_lines() && spdx && FNR == spdx + 1 && !/^(\/\*|\/\/|#|--|dnl) .*[a-z].*/ {
	complain("under the SPDX line stands one sentence that says what the file is for")
}
/[ \t]$/ && FILENAME !~ /\.md$/ { complain("blanks at the end of the line") }
/\r$/ { complain("a carriage return ends the line") }
FILENAME !~ /^(tools\/check_style\.sh|tests\/tables\/checks\.test\.mjs)$/ && /(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)/ {
	complain("a leftover mark; do it, or write it into the plan")
}
FILENAME ~ /\.[ch]$/ && /^        / { complain("indented with blanks; a tab is one level") }
END { exit bad > 0 }
' || status=1

[ "$status" = 0 ] || { echo "style: see above" >&2; exit 1; }
echo "style: $(sources | wc -l) files are in good form"
