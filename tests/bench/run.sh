#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measures a fresh instance and prints one table: GET /api/auth/me through nginx against pgbench with the query behind
# it, in turn, so that both see the same machine; logins; memory. `./dev bench` calls it.
#
#   BENCH_CLIENTS (32), BENCH_ROUNDS (5), BENCH_SECONDS (5) of each measurement
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
clients=${BENCH_CLIENTS:-32} rounds=${BENCH_ROUNDS:-5} seconds=${BENCH_SECONDS:-5}
program=${SOUK_PROGRAM:-$top/build/souk}

work=$(mktemp -d /tmp/souk-bench.XXXXXX)
chmod 755 "$work"
# shellcheck disable=SC2317 # the trap calls it
finish() {
	"$program" up --reset >/dev/null 2>&1 || :
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

free_port() {
	port=20000
	while curl -s -o /dev/null "http://127.0.0.1:$port/"; do
		port=$((port + 7))
	done
	echo $port
}

fail() {
	echo "bench: $*" >&2
	exit 1
}

# ---- a fresh instance with one person ----

unset SOUK_SERVER
SOUK_HOME=$work/home SOUK_LISTEN=127.0.0.1:$(free_port) DATA_DIR=$top
RATE_LOGIN=1000000/60 RATE_LOGIN_NETWORK=1000000/60
export SOUK_HOME SOUK_LISTEN DATA_DIR RATE_LOGIN RATE_LOGIN_NETWORK
"$program" up --detach >/dev/null
url=http://$SOUK_LISTEN

# shellcheck disable=SC2089,SC2090 # the quotes are JSON's own
LOGIN_BODY='{"email":"bench@example.com","password":"a quite long pass phrase","firstName":"A","lastName":"B"}'
# shellcheck disable=SC2090
export LOGIN_BODY
answer=$(curl -s -H 'Content-Type: application/json' -d "$LOGIN_BODY" "$url/api/auth/register")
token=$(printf %s "$answer" | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
[ -n "$token" ] || fail "cannot register: $answer"

# postgresql://user:password@/database?host=directory, percent-encoded
setting() {
	sed -n "s/^$1=//p" "$SOUK_HOME/souk.conf"
}
master=$(setting MASTER_DB_URL)
PGUSER=$(printf %s "$master" | sed 's|.*://\([^:]*\):.*|\1|')
PGPASSWORD=$(printf %s "$master" | sed 's|.*://[^:]*:\([^@]*\)@.*|\1|')
PGDATABASE=$(printf %s "$master" | sed 's|.*@/\([^?]*\).*|\1|')
PGHOST=$(printf %s "$master" | sed 's|.*host=||; s|%2F|/|g')
export PGUSER PGPASSWORD PGDATABASE PGHOST
ids=$(psql -XAtq -F ' ' -c 'SELECT id, user_id FROM sessions LIMIT 1')

# What the identity gate asks for each request (src/domain/sessions.c).
cat >"$work/me.sql" <<-'END'
	SELECT s.last_used_at, u.id, u.email, u.first_name, u.last_name, u.phone, u.avatar_url, u.company_name, u.role, u.account_type, u.is_active, u.email_verified, u.created_at, u.last_login, u.profile_completed_at IS NOT NULL AS profile_completed FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = :sid AND s.user_id = :uid AND s.revoked_at IS NULL AND s.expires_at > CURRENT_TIMESTAMP AND u.is_active;
END

# ---- measuring: each writes "per-second p99-in-ms" as a line of its file ----

# use_wrk NAME CONNECTIONS ARGUMENT…
use_wrk() {
	name=$1 connections=$2
	shift 2
	wrk -t 1 -c "$connections" -d "${seconds}s" --latency "$@" >"$work/wrk.out"
	! grep -q 'Non-2xx' "$work/wrk.out" || fail "$name: $(grep Non-2xx "$work/wrk.out")"
	awk '/^ *99%/ { v = $2; f = v ~ /us$/ ? 0.001 : v ~ /ms$/ ? 1 : v ~ /m$/ ? 60000 : 1000
			sub(/[a-z]+$/, "", v); p99 = v * f }
		/^Requests\/sec:/ { rate = $2 }
		END { printf "%.1f %.3f\n", rate, p99 }' "$work/wrk.out" >>"$work/$name"
}

use_pgbench() {
	rm -f "$work"/pgbench_log.*
	pgbench -n -M prepared -c "$clients" -j 2 -T "$seconds" -f "$work/me.sql" -D "sid=${ids% *}" \
		-D "uid=${ids#* }" -l --log-prefix="$work/pgbench_log" >"$work/pgbench.out" 2>&1 ||
		fail "$(tail -n 3 "$work/pgbench.out")"
	! grep -q 'error' "$work/pgbench.out" || fail "pgbench: $(grep -m 1 error "$work/pgbench.out")"
	rate=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$work/pgbench.out" | tail -n 1)
	p99=$(cut -d ' ' -f 3 "$work"/pgbench_log.* | sort -n |
		awk '{ v[NR] = $1 } END { printf "%.3f", v[int((NR - 1) * 0.99) + 1] / 1000 }')
	echo "$rate $p99" >>"$work/pgbench"
}

me() {
	use_wrk "$1" "$clients" -H "Authorization: Bearer $token" "$url/api/auth/me"
}

# median FILE COLUMN
median() {
	cut -d ' ' -f "$2" "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# The proportional memory of the processes of a name, each, in KiB.
memory() {
	for pid in $(pgrep -x "$1"); do
		# Those of this instance have its settings file in their command line.
		tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$work" || continue
		sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$pid/smaps_rollup"
	done
}

row() {
	printf '| %-52s | %10s | %9s | %-34s |\n' "$@"
}

rates() {
	row "$1" "$(printf %.0f "$(median "$2" 1)")" "$(printf %.1f "$(median "$2" 2)")" "$3"
}

# ---- all of it ----

seconds_kept=$seconds seconds=1
me warm
seconds=$seconds_kept
round=1
while [ "$round" -le "$rounds" ]; do
	echo "round $round of $rounds" >&2
	me me
	use_pgbench
	use_wrk health "$clients" "$url/healthz"
	use_wrk login 8 -s "$top/tests/bench/login.lua" "$url/api/auth/login"
	round=$((round + 1))
done

echo "$(nproc) cores, $clients clients, medians of $rounds rounds of $seconds s, one after the other in each round"
row what "per second" "p99 ms" note
row ---- ---------: --------: ----
rates "GET /api/auth/me through nginx" me "token, session and user, stores"
rates "pgbench -M prepared, its session query" pgbench "the database alone"
rates "GET /healthz through nginx" health "no database"
rates "POST /api/auth/login through nginx, 8 clients" login "Argon2id, 19 MiB, 2 passes"
for pool in web slow job; do
	memory "souk-$pool" | sort -n >"$work/memory"
	[ -s "$work/memory" ] || fail "no workers of pool $pool"
	note=$(awk '{ n++; sum += $1 } END { printf "%d of them, %.1f MiB in all", n, sum / 1024 }' "$work/memory")
	each=$(awk '{ v[NR] = $1 } END { printf "%.1f MiB", v[int((NR + 1) / 2)] / 1024 }' "$work/memory")
	row "memory of a $pool worker (PSS)" "$each" "" "$note"
done
