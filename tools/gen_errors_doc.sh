#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes docs/API-ERRORS.md from the errors table: tools/gen_errors_doc.sh [SOUK] [OUTDIR]
#
# Asks `souk errors --json`. Several names inside may share one public code; the client sees the code only.

set -eu
cd "$(dirname "$0")/.."
souk=${1:-${SOUK:-build/souk}}
out=${2:-.}
case $souk in */*) ;; *) souk=./$souk ;; esac
mkdir -p "$out/docs"

table=$(env -i PATH="$PATH" "$souk" --config /dev/null errors --json)
node - "$table" "$out" <<'NODE'
const fs = require('node:fs');
const [table, out] = process.argv.slice(2);
const codes = new Map();

for (const row of JSON.parse(table)) {
  const key = `${row.code} ${row.status}`;
  // Of several rows with one code the one that bears its name has the general words.
  if (!codes.has(key) || row.name === row.code) codes.set(key, row);
}
const rows = [...codes.values()].sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
const md = [
  '# Error codes of the API',
  '',
  'Made by `tools/gen_errors_doc.sh` from the errors table in `src/base/errors.def`; do not edit.',
  '',
  'An error is `{"success":false,"error":"<for people>","code":"<one of these>","details"?:{…}}` with the status shown. Codes stay;',
  'the words may change. `souk errors` prints the whole table, with the names used inside.',
  '',
  '| code | status | says |',
  '| --- | --- | --- |',
  ...rows.map((r) => `| \`${r.code}\` | ${r.status} | ${r.words.replace(/\|/g, '\\|')} |`),
  '',
];
fs.writeFileSync(`${out}/docs/API-ERRORS.md`, md.join('\n'));
NODE
