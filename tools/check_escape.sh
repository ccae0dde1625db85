#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the unescaped tags of templates/ with templates/unescaped.allow, where each has to be named, and why.
#
# A line of the list is "template value", for example "docs html"; what follows a # is the reason. A line that no
# template uses any more is wrong too.

set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."

allow=templates/unescaped.allow
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Changing the delimiters would hide a tag from the search below.
if grep -rnE '\{\{ *=' templates --include='*.html' --include='*.txt'; then
	echo "escape: delimiters stay as they are" >&2
	exit 1
fi

find templates \( -name '*.html' -o -name '*.txt' \) | sort | while IFS= read -r file; do
	name=${file#templates/}
	name=${name%.html}
	tr '\n' ' ' <"$file" | grep -oE '\{\{\{[^}]*\}\}\}|\{\{ *&[^}]*\}\}' | tr -d '{}& ' | sed "s|^|$name |" || :
done | sort -u >"$work/used"

if [ -f "$allow" ]; then
	sed -e 's/#.*//' -e 's/[[:space:]]*$//' "$allow" | awk 'NF { print $1, $2 }' | sort -u >"$work/allowed"
else
	: >"$work/allowed"
fi

comm -23 "$work/used" "$work/allowed" | sed "s|.*|templates: '&' is unescaped and not listed in $allow|" >"$work/wrong"
comm -13 "$work/used" "$work/allowed" | sed "s|.*|$allow: '&' is used by no template any more|" >>"$work/wrong"
if [ -s "$work/wrong" ]; then
	cat "$work/wrong"
	echo "escape: see above" >&2
	exit 1
fi
echo "escape: $(wc -l <"$work/used") unescaped tags, all listed"
