#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes etc/nginx-site.conf, the example to read, from the template and the tables: tools/gen_site_doc.sh [SOUK] [OUTDIR]

set -eu
cd "$(dirname "$0")/.."
souk=${1:-${SOUK:-build/souk}}
out=${2:-.}
case $souk in */*) ;; *) souk=./$souk ;; esac
mkdir -p "$out/etc"

{
	echo '# Made by tools/gen_site_doc.sh: what `souk site nginx` prints with default settings.'
	env -i PATH="$PATH" DATA_DIR="$PWD" "$souk" --config /dev/null site nginx | sed "s|$PWD/|/usr/share/souk/|"
} >"$out/etc/nginx-site.conf"
