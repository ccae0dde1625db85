#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a manual page of each command, man/souk-NAME.1, from its section in man/souk.1: tools/gen_man.sh [SOUK] [OUTDIR]

set -eu
cd "$(dirname "$0")/.."
souk=${1:-${SOUK:-build/souk}}
out=${2:-.}
case $souk in */*) ;; *) souk=./$souk ;; esac
mkdir -p "$out/man"

# What the section says: first the arguments, up to .br, where it has one; `what` is usage or text.
section() {
	awk -v name="$1" -v what="$2" '
	/^\.S[SH]/ {
		if (inside) exit
		if ($1 == ".SS" && $2 == name) {
			inside = 1
			if (NF > 2) lines[++n] = ".B " $3
			if (NF > 2) lines[br = ++n] = ".br"
		}
		next
	}
	inside { lines[++n] = $0; if ($0 == ".br" && !br) br = n }
	END { for (i = 1; i <= n; i++) if (i != br && (what == "usage") == (i < br)) print lines[i] }' man/souk.1
}

env -i PATH="$PATH" "$souk" --config /dev/null --help | sed -n 's/^  \([a-z][a-z]*\)  */\1 /p' | while read -r name summary; do
	{
		echo '.\" SPDX-License-Identifier: Apache-2.0'
		echo '.\" Made by tools/gen_man.sh from man/souk.1.'
		printf '.TH SOUK\\-%s 1 "" "souk" "User commands"\n' "$(echo "$name" | tr '[:lower:]' '[:upper:]')"
		printf '.SH NAME\nsouk\\-%s \\- %s\n' "$name" "$summary"
		printf '.SH SYNOPSIS\n.B souk\n.RB [ \\-\\-config\n.IR FILE ]\n.B %s\n' "$name"
		section "$name" usage
		printf '.SH DESCRIPTION\n'
		section "$name" text
		printf '.SH SEE ALSO\n.BR souk (1),\n.BR souk.conf (5)\n'
	} >"$out/man/souk-$name.1"
done
