# SPDX-License-Identifier: Apache-2.0
# Builds with other arguments than ./dev's own, each in a directory of its own; for scripts that set `top`.

configured() {
	if [ -f Makefile ] && [ -z "$(find "$top/configure" -newer config.status)" ] &&
		[ "$(cat .arguments 2>/dev/null)" = "$*" ]; then
		return 0
	fi
	"$top/configure" --quiet "$@" && echo "$*" >.arguments
}

# build DIRECTORY CONFIGURE-ARGUMENT…; the last line so that a warning in a test stops here, under its own name.
build() {
	directory=$top/$1
	shift
	mkdir -p "$directory"
	(
		cd "$directory" &&
			configured "$@" &&
			make -s -j2 all &&
			make -s -j2 check TESTS=
	)
}

# Clang's warnings and libFuzzer, in one.
build_fuzz() {
	build build-fuzz --enable-werror --enable-fuzz CC=clang "CFLAGS=-O1 -g"
}
