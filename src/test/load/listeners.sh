#!/usr/bin/env bash
# Confirmed publishes per second to the consumer's topic while more and more clients listen to the live feed.
# usage: listeners.sh [LISTENERS...]   (ROUNDS=5 SECONDS_EACH=4)   needs wrk and mosquitto
source "$(dirname "$0")/lib.sh"
start_broker
start_gateway MQTT_FEED_REPLAY=0
export BODY='{"topic":"django/mqtt","msg":"Hello from Django","qos":1}'
numbers=(${@:-0 10 50 200})
run_wrk 16 10 "$gateway_port" >/dev/null
for _ in $(seq "${ROUNDS:-5}"); do
  for listeners in "${numbers[@]}"; do
    clients=()
    for _ in $(seq "$listeners"); do curl -sN "http://127.0.0.1:$gateway_port/messages" >/dev/null & clients+=($!); done
    echo "$(run_wrk 16 "${SECONDS_EACH:-4}" "$gateway_port") $(rss_mb "$gateway")" >>"$work/rounds.$listeners"
    [[ ${#clients[@]} == 0 ]] || kill "${clients[@]}" 2>/dev/null || true
    sleep 1
  done
done
echo "listeners  publishes/s  p99 ms  failed  RSS MB"
for listeners in "${numbers[@]}"; do
  awk -v l="$listeners" -v n="$(cut -d' ' -f1 "$work/rounds.$listeners" | median)" -v p="$(cut -d' ' -f4 "$work/rounds.$listeners" | median)" \
    '{ f += $2; if ($5 > r) r = $5 } END { printf "%9d %12d %7.2f %7d %7d\n", l, n, p, f, r }' "$work/rounds.$listeners"
done
