#!/usr/bin/env bash
# Measures portals of its own, each on a temporary data folder and free ports:
# accepted reports through the whole accept path, and the time from the 201 to
# the officer's screen. Stops what it started.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${SECONDS_EACH:-15}
portal=
data=

start() {
  data=$(mktemp -d)
  bin/portal serve --public 127.0.0.1:0 --desk 127.0.0.1:0 --data "$data/portal" --demo >"$data/out" 2>"$data/err" &
  portal=$!
  for _ in $(seq 100); do
    if grep -q 'This list is kept' "$data/out"; then
      public=$(awk '/^Public site/ {print $3}' "$data/out")
      desk=$(awk '/^Desk / {print $2}' "$data/out")
      password=$(awk '/all with the password/ {print $NF}' "$data/out")
      return
    fi
    kill -0 "$portal" 2>/dev/null || break
    sleep 0.1
  done
  cat "$data/err" >&2
  exit 1
}

stop() {
  [ -z "$portal" ] && return
  kill -TERM "$portal" 2>/dev/null || true
  wait "$portal" 2>/dev/null || true
  rm -rf "$data"
  portal=
}
trap stop EXIT

echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(uname -sr), $(go version | cut -d' ' -f3)"
for connections in 64 256; do
  start
  echo
  bin/load accept --public "$public" --connections $connections --duration "${seconds}s"
  stop
done
start
echo
bin/load latency --public "$public" --desk "$desk" --username longxuyen --password "$password" --rate 20 --duration "${seconds}s"
stop
