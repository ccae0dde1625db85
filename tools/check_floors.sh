#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reads the #include lines of src/ and fails where a floor reaches up, sideways, or past the library that is not its own.
#
# base < config, json < crypto < net < db < web | domain < handlers < app (docs/ARCHITECTURE.md, "Floors").

set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."

find src -name '*.[ch]' | sort | xargs awk '
BEGIN {
	may["base"] = " base "
	may["config"] = " base config "
	may["json"] = " base json "
	may["crypto"] = " base config json crypto "
	may["net"] = " base config json crypto net "
	may["db"] = " base config json crypto net db "
	may["web"] = " base config json crypto net db web "
	may["domain"] = " base config json crypto net db domain "
	may["handlers"] = " base config json crypto net db web domain handlers "
	may["app"] = " base config json crypto net db web domain handlers app "
	# Libraries that only some floors may see: a pattern of the header, then the files.
	owner["^libpq"] = "^src/db/"
	owner["^(mysql|mariadb)"] = "^src/db/"
	owner["^fcgi"] = "^src/web/fcgi[a-z_]*\\.[ch]$"
	owner["^json-c/"] = "^src/(json/|web/template|web/view\\.c)"
	owner["^openssl/"] = "^src/(crypto|net|db)/"
	owner["^(sodium|crypt|jwt)"] = "^src/crypto/"
	owner["^curl/"] = "^src/net/"
}
function complain(words) {
	print FILENAME ":" FNR ": " words
	bad++
}
function check_own(inside,   parts) {
	if (inside == "config.h" || inside == "base/errors.def")
		return
	if (split(inside, parts, "/") != 2 || !(parts[1] in may)) {
		complain("\"" inside "\" is not written as \"floor/file.h\"")
		return
	}
	if (!index(may[floor], " " parts[1] " "))
		complain("src/" floor " may not include \"" inside "\": src/" parts[1] " is not below it")
	if ((getline line < ("src/" inside)) < 0)
		complain("\"" inside "\" is not there")
	close("src/" inside)
}
function check_library(inside,   pattern) {
	for (pattern in owner)
		if (inside ~ pattern && FILENAME !~ owner[pattern])
			complain("<" inside "> belongs to " owner[pattern] " alone")
}
FNR == 1 {
	split(FILENAME, path, "/")
	floor = path[2]
	if (!(floor in may))
		complain("src/" floor " is no floor")
	first = 1
	files++
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	own = substr(FILENAME, 5)
	sub(/\.c$/, ".h", own)
	if (first && FILENAME ~ /\.c$/ && quoted[2] != own && (getline line < ("src/" own)) >= 0)
		complain("its own header \"" own "\" must come first")
	close("src/" own)
	first = 0
	check_own(quoted[2])
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, angle, /[<>]/)
	own = substr(FILENAME, 5)
	sub(/\.c$/, ".h", own)
	if (first && FILENAME ~ /\.c$/ && (getline line < ("src/" own)) >= 0)
		complain("its own header \"" own "\" must come first")
	close("src/" own)
	first = 0
	check_library(angle[2])
}
# Statements live in domain and db; the commands of app may have a few of their own.
FILENAME !~ /^src\/(domain|db|app)\// {
	if (/struct stmt|(^|[^a-z_])db_(run|one|script|transaction)\(/)
		complain("src/" floor " runs no statements: call a function of src/domain")
	if (/"[ ]*(SELECT [a-z*(]|INSERT INTO |UPDATE [a-z_]+ SET |DELETE FROM |CREATE (TABLE|INDEX|ROLE|DATABASE) |ALTER |DROP )/)
		complain("src/" floor " holds no SQL: it belongs to src/domain or src/db")
}
FILENAME ~ /^src\/domain\// && /(struct request[ ;*)]|[^a-z_]reply_[a-z]+\()/ {
	complain("src/domain knows no HTTP: " $0)
}
END {
	if (bad) {
		print "floors: " bad " wrong" | "cat 1>&2"
		exit 1
	}
	print "floors: " files " files, every include goes down"
}
' || exit 1
