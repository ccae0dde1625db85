#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the program's tables with the texts that describe them: tools/check_docs.sh [SOUK]
#
# settings = man/souk.conf.5 and docs/SETTINGS.md, errors = docs/API-ERRORS.md and every code of www/openapi.json,
# jobs = the table in docs/ARCHITECTURE.md, commands = man/souk.1 and a page of each, slow routes = etc/nginx-site.conf.

set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
souk=${1:-${SOUK:-build/souk}}
case $souk in */*) ;; *) souk=./$souk ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

complain() {
	echo "$1"
	bad=1
}

ask() {
	env -i PATH="$PATH" "$souk" --config /dev/null "$@"
}

# What one list has and the other has not, under the words given for each.
compare() {
	comm -23 "$1" "$2" | sed "s|\$| $3|" >"$work/wrong"
	comm -13 "$1" "$2" | sed "s|\$| $4|" >>"$work/wrong"
	if [ -s "$work/wrong" ]; then
		cat "$work/wrong"
		bad=1
	fi
}

sh tools/gen_settings_doc.sh "$souk" "$work/made"
sh tools/gen_errors_doc.sh "$souk" "$work/made"
for made in man/souk.conf.5 docs/SETTINGS.md docs/API-ERRORS.md; do
	diff -u "$made" "$work/made/$made" >"$work/diff" 2>&1 && continue
	grep -E '^[-+][^-+]' "$work/diff" | head -n 10 || :
	complain "$made is not what the table says: run tools/gen_settings_doc.sh and tools/gen_errors_doc.sh"
done

sh tools/gen_site_doc.sh "$souk" "$work/made"
diff -u etc/nginx-site.conf "$work/made/etc/nginx-site.conf" >"$work/diff" 2>&1 || {
	grep -E '^[-+][^-+]' "$work/diff" | head -n 10 || :
	complain "etc/nginx-site.conf is not what souk site nginx prints: run tools/gen_site_doc.sh"
}

sh tools/gen_man.sh "$souk" "$work/made"
(cd man && ls souk-*.1) >"$work/pages"
(cd "$work/made/man" && ls souk-*.1) >"$work/pages.made"
compare "$work/pages.made" "$work/pages" "is a manual page that man does not have: run tools/gen_man.sh" \
	"stands in man, but is no command's page"
while read -r page; do
	cmp -s "man/$page" "$work/made/man/$page" || complain "man/$page is not what man/souk.1 says: run tools/gen_man.sh"
done <"$work/pages.made"

# A code with its status, as the table has it and as the API's description uses it.
ask errors --json >"$work/errors.json"
node - "$work/errors.json" >"$work/codes.out" <<'NODE' || { cat "$work/codes.out"; bad=1; }
const fs = require('node:fs');
const table = new Set(JSON.parse(fs.readFileSync(process.argv[2])).map((r) => `${r.code} ${r.status}`));
const doc = JSON.parse(fs.readFileSync('www/openapi.json'));
const follow = (v) => (v.$ref ? v.$ref.slice(2).split('/').reduce((at, k) => at[k.replace(/~1/g, '/')], doc) : v);
let bad = 0;
for (const [path, item] of Object.entries(doc.paths))
  for (const [method, op] of Object.entries(item))
    for (const [status, ref] of Object.entries(op.responses ?? {})) {
      if (status < '400') continue;
      const json = follow(ref).content?.['application/json'] ?? {};
      const codes = (json.schema?.allOf ?? []).flatMap((s) => s.properties?.code?.enum ?? []);
      if (!codes.length) console.log(`${method.toUpperCase()} ${path}: answer ${status} names no code`), (bad = 1);
      if (json.example && !codes.includes(json.example.code))
        console.log(`${method.toUpperCase()} ${path}: the example of ${status} has another code`), (bad = 1);
      for (const code of codes)
        if (!table.has(`${code} ${status}`))
          console.log(`${method.toUpperCase()} ${path}: code ${code} with status ${status} is not in the errors table`), (bad = 1);
    }
process.exit(bad);
NODE

# Rows "| `kind` | …" under the heading Jobs.
ask jobs --json | tr '{' '\n' | sed -n 's/.*"kind":"\([a-z_]*\)".*/\1/p' | sort >"$work/kinds"
sed -n '/^## Jobs/,/^## /s/^| `\([a-z_]*\)` |.*/\1/p' docs/ARCHITECTURE.md | sort >"$work/kinds.doc"
compare "$work/kinds" "$work/kinds.doc" "is a job that docs/ARCHITECTURE.md does not have" \
	"stands in docs/ARCHITECTURE.md, but is no job"

# Commands: ".SS name …" in the manual.
ask --help | sed -n 's/^  \([a-z][a-z]*\)  *[a-zA-Z].*/\1/p' | sort >"$work/commands"
sed -n 's/^\.SS "*\([a-z]*\).*/\1/p' man/souk.1 | sort -u >"$work/commands.doc"
compare "$work/commands" "$work/commands.doc" "is a command that man/souk.1 does not have" \
	"stands in man/souk.1, but is no command"

[ "$bad" = 0 ] || { echo "docs: see above" >&2; exit 1; }
echo "docs: $(wc -l <"$work/kinds") jobs, $(wc -l <"$work/commands") commands, settings and errors as in the tables"
