#!/usr/bin/env bash
# Raw publishes of growing payloads by 64 callers: messages/s, MB/s and the peak memory of a gateway with a heap of 256 MB.
# usage: payload.sh [BYTES...]   (SECONDS_EACH=8 CALLERS=64)   needs wrk and mosquitto
source "$(dirname "$0")/lib.sh"
export JAVA_OPTS=${JAVA_OPTS:--Xmx256m}
start_broker
start_gateway
export TYPE=application/octet-stream BODY_FILE=$work/payload
head -c 1024 /dev/urandom >"$BODY_FILE"
run_wrk "${CALLERS:-64}" 15 "$gateway_port" "?topic=load/t&qos=1" >/dev/null # warm up
echo "    bytes  messages/s    MB/s  failed  RSS MB  peak RSS MB"
for bytes in ${@:-16 1024 65536 1048576}; do
  head -c "$bytes" /dev/urandom >"$BODY_FILE"
  run_wrk "${CALLERS:-64}" 4 "$gateway_port" "?topic=load/t&qos=1" >/dev/null
  sleep 2 # what wrk left behind still has its place in the queue
  run_wrk "${CALLERS:-64}" "${SECONDS_EACH:-8}" "$gateway_port" "?topic=load/t&qos=1" |
    awk -v b="$bytes" -v r="$(rss_mb "$gateway")" -v p="$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$gateway/status")" \
      '{ printf "%9d %11d %7.1f %7d %7d %12d\n", b, $1, $1 * b / 1e6, $2, r, p }'
done
grep -c OutOfMemoryError "$work/gateway.log" | sed 's/^/OutOfMemoryErrors in the log: /' || true
