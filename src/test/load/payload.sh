#!/usr/bin/env bash
# Raw publishes of growing payloads by 64 callers: messages/s, MB/s and the memory of a gateway with a heap of 256 MB.
# usage: payload.sh [BYTES...]   (ROUNDS=5 SECONDS_EACH=4 CALLERS=64)   needs wrk and mosquitto
source "$(dirname "$0")/lib.sh"
export JAVA_OPTS=${JAVA_OPTS:--Xmx256m}
start_broker
start_gateway
export TYPE=application/octet-stream
sizes=(${@:-16 1024 65536 1048576})
for bytes in "${sizes[@]}"; do head -c "$bytes" /dev/urandom >"$work/payload.$bytes"; done
publish() { BODY_FILE=$work/payload.$1 run_wrk "${CALLERS:-64}" "$2" "$gateway_port" "?topic=load/t&qos=1"; }
for bytes in "${sizes[@]}"; do publish "$bytes" 8 >/dev/null; done # warm up
for _ in $(seq "${ROUNDS:-5}"); do
  for bytes in "${sizes[@]}"; do
    sleep 1 # what wrk left behind still has its place in the queue
    echo "$(publish "$bytes" "${SECONDS_EACH:-4}") $(rss_mb "$gateway")" >>"$work/rounds.$bytes"
  done
done
echo "    bytes  messages/s    MB/s  failed  RSS MB"
for bytes in "${sizes[@]}"; do
  awk -v b="$bytes" -v m="$(cut -d' ' -f1 "$work/rounds.$bytes" | median)" \
    '{ f += $2; if ($5 > r) r = $5 } END { printf "%9d %11d %7.1f %7d %7d\n", b, m, m * b / 1e6, f, r }' "$work/rounds.$bytes"
done
echo "peak memory $(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$gateway/status") MB, OutOfMemoryErrors in the log: $(grep -c OutOfMemoryError "$work/gateway.log" || true)"
