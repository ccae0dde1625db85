#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes man/souk.conf.5 and docs/SETTINGS.md from the settings table: tools/gen_settings_doc.sh [SOUK] [OUTDIR]
#
# Asks `souk settings --json` in an empty environment, so that no value of this machine gets in. With OUTDIR the files are
# written there instead, under the same names.

set -eu
cd "$(dirname "$0")/.."
souk=${1:-${SOUK:-build/souk}}
out=${2:-.}
case $souk in */*) ;; *) souk=./$souk ;; esac
mkdir -p "$out/man" "$out/docs"

table=$(env -i PATH="$PATH" "$souk" --config /dev/null settings --json)
node - "$table" "$out" <<'NODE'
const fs = require('node:fs');
const [table, out] = process.argv.slice(2);
const rows = JSON.parse(table);

// The installation directory depends on --prefix.
const standard = (r) => (r.name === 'DATA_DIR' ? '/usr/local/share/souk' : r.default);

// roff: a backslash, a dot or quote at the start of a line, and hyphens that are meant as such.
const roff = (s) => s.replace(/\\/g, '\\e').replace(/-/g, '\\-').replace(/^([.'])/, '\\&$1');

const man = [
  '.\\" SPDX-License-Identifier: Apache-2.0',
  '.\\" Made by tools/gen_settings_doc.sh from the settings table; do not edit.',
  '.TH SOUK.CONF 5 "" "souk" "File formats"',
  '.SH NAME',
  'souk.conf \\- settings of souk',
  '.SH SYNOPSIS',
  '.I /etc/souk/souk.conf',
  '.SH DESCRIPTION',
  'Lines of',
  '.IR NAME = value .',
  'Lines that begin with # or ; are comments. Blanks around name and value and one pair of quotes are taken off, so that it is also a',
  'valid',
  '.I EnvironmentFile',
  'of systemd. A variable of the same name in the environment wins over the file. An unknown or malformed setting stops',
  'the start with one line that names it.',
  '.PP',
  'The file holds secrets: give it mode 0600.',
  '.PP',
  'A time is written as 90, 90s, 15m, 12h or 7d; a limit as',
  '.IR hits / seconds ,',
  'for example 10/900.',
  '.PP',
  '.B souk settings',
  'prints this table with the values in effect, and never a secret.',
  '.SH SETTINGS',
];
for (const r of rows) {
  man.push('.TP', `.B ${roff(r.name)}`, roff(r.help) + '.');
  const d = standard(r);
  man.push(d === '' ? 'Not set by default.' : `Default: ${roff(d)}`);
}
man.push('.SH FILES', '.I /etc/souk/souk.conf', '.SH SEE ALSO', '.BR souk (1)', '');
fs.writeFileSync(`${out}/man/souk.conf.5`, man.join('\n'));

const cell = (s) => s.replace(/\|/g, '\\|').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const md = [
  '# Settings',
  '',
  'Made by `tools/gen_settings_doc.sh` from the settings table in `src/config/settings.c`; do not edit.',
  '',
  'Read from `/etc/souk/souk.conf` (`NAME=value`; `--config FILE` moves it); a variable of the same name in the environment wins.',
  'An unknown or malformed setting stops the start with one line that names it. Times are written as `90s`, `15m`, `12h` or `7d`,',
  'limits as `hits/seconds`. `souk settings` prints the values in effect, and never a secret.',
  '',
  '| setting | default | meaning |',
  '| --- | --- | --- |',
  ...rows.map((r) => `| \`${r.name}\` | ${standard(r) === '' ? '' : `\`${standard(r).replace(/\|/g, '\\|')}\``} | ${cell(r.help)} |`),
  '',
];
fs.writeFileSync(`${out}/docs/SETTINGS.md`, md.join('\n'));
NODE
