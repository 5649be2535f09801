#!/usr/bin/env bash
# Confirmed publishes per second to the consumer's topic while more and more clients listen to the live feed.
# usage: listeners.sh [LISTENERS...]   (SECONDS_EACH=8)   needs wrk and mosquitto
source "$(dirname "$0")/lib.sh"
start_broker
start_gateway MQTT_FEED_REPLAY=0
export BODY='{"topic":"django/mqtt","msg":"Hello from Django","qos":1}'
run_wrk 16 10 "$gateway_port" >/dev/null
echo "listeners  publishes/s  p99 ms  failed  RSS MB"
for listeners in ${@:-0 10 50 200}; do
  clients=()
  for _ in $(seq "$listeners"); do curl -sN "http://127.0.0.1:$gateway_port/messages" >/dev/null & clients+=($!); done
  run_wrk 16 "${SECONDS_EACH:-8}" "$gateway_port" |
    awk -v l="$listeners" -v r="$(rss_mb "$gateway")" '{ printf "%9d %12d %7.2f %7d %7d\n", l, $1, $4, $2, r }'
  [[ ${#clients[@]} == 0 ]] || kill "${clients[@]}" 2>/dev/null || true
done
