#!/usr/bin/env bash
# Publishes per second in each of the first seconds after the start, 64 callers: how soon a new process is as fast as it gets.
# usage: ramp.sh   (SECONDS_OF_LOAD=30 JAVA=java JAVA_OPTS=...)   needs wrk, mosquitto and curl
source "$(dirname "$0")/lib.sh"
seconds=${SECONDS_OF_LOAD:-30}
start_broker
start_gateway
published() { curl -s "http://127.0.0.1:$management_port/q/metrics" | awk '/^mqtt_gateway_published_total.*confirmed.*qos="1"/ { n = $2 } END { printf "%d", n }'; }
export BODY='{"topic":"load/t","msg":"Hello from Django","qos":1}'
run_wrk 64 "$seconds" "$gateway_port" >"$work/ramp" & load_pid=$!
before=$(published)
for second in $(seq $((seconds - 1))); do
  sleep 1
  now=$(published)
  echo "$second $((now - before))" | tee -a "$work/rates"
  before=$now
done
wait "$load_pid"
awk '{ rate[NR] = $2; if ($2 > peak) peak = $2 } END { for (s = 1; s <= NR; s++) if (rate[s] >= 0.9 * peak) { printf "peak %d/s, 90 %% of it in second %d\n", peak, s; exit } }' "$work/rates"
