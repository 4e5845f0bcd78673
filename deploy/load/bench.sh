#!/usr/bin/env bash
# Measures a portal of its own, on a temporary data folder and free ports:
# accepted reports through the whole accept path, and the time from the 201 to
# the officer's screen. Stops what it started.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${SECONDS_EACH:-15}
data=$(mktemp -d)
out=$data/out
bin/portal serve --public 127.0.0.1:0 --desk 127.0.0.1:0 --data "$data/portal" --demo >"$out" 2>"$data/err" &
portal=$!
trap 'kill -INT $portal 2>/dev/null; wait $portal 2>/dev/null || true; rm -rf "$data"' EXIT

for _ in $(seq 100); do
  grep -q 'This list is kept' "$out" && break
  kill -0 $portal 2>/dev/null || { cat "$data/err" >&2; exit 1; }
  sleep 0.1
done
public=$(awk '/^Public site/ {print $3}' "$out")
desk=$(awk '/^Desk / {print $2}' "$out")
password=$(awk '/all with the password/ {print $NF}' "$out")

echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(uname -sr), $(go version | cut -d' ' -f3)"
for connections in 64 256; do
  echo
  bin/load accept --public "$public" --connections $connections --duration "${seconds}s"
done
echo
bin/load latency --public "$public" --desk "$desk" --username longxuyen --password "$password" --rate 20 --duration "${seconds}s"
