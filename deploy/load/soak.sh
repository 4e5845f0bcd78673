#!/usr/bin/env bash
# Watches the memory of a portal of its own, on a temporary data folder and free
# ports, while 64 clients send reports for five minutes. Stops what it started.
set -euo pipefail
cd "$(dirname "$0")/../.."

bin=${BIN:-bin}
seconds=${SOAK_SECONDS:-300}
data=$(mktemp -d)
GODEBUG=gctrace=1 "$bin/portal" serve --public 127.0.0.1:0 --desk 127.0.0.1:0 --data "$data/portal" >"$data/out" 2>"$data/err" &
portal=$!

stop() {
  kill -TERM "$portal" 2>/dev/null || true
  wait "$portal" 2>/dev/null || true
  rm -rf "$data"
}
trap stop EXIT

public=
for _ in $(seq 100); do
  public=$(awk '/^Public site/ {print $3}' "$data/out")
  [ -n "$public" ] && break
  kill -0 "$portal" 2>/dev/null || break
  sleep 0.1
done
if [ -z "$public" ]; then
  cat "$data/err" >&2
  exit 1
fi

echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(uname -sr), $(go version | cut -d' ' -f3)"
"$bin/load" soak --public "$public" --pid "$portal" --trace "$data/err" --connections 64 --duration "${seconds}s"
