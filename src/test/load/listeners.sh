#!/usr/bin/env bash
# Confirmed publishes per second to the consumer's topic while more and more clients listen to the live feed, and the events that they get.
# usage: listeners.sh [LISTENERS...]   (ROUNDS=5 SECONDS_EACH=4 SILENT=0 of the listeners do not read)   needs wrk, mosquitto and python3
source "$(dirname "$0")/lib.sh"
start_broker
start_gateway MQTT_FEED_REPLAY=0
export BODY='{"topic":"django/mqtt","msg":"Hello from Django","qos":1}'
numbers=(${@:-0 10 50 200})
for _ in 1 2; do run_wrk 16 5 "$gateway_port" >/dev/null; done
for round in $(seq 0 "${ROUNDS:-5}"); do
  for listeners in "${numbers[@]}"; do
    if [[ $listeners != 0 ]]; then
      : >"$work/listen"
      python3 "$load/listen.py" "$gateway_port" "$listeners" "${SILENT:-0}" >"$work/listen" & reader=$!
      until grep -q listening "$work/listen"; do kill -0 "$reader"; sleep 0.05; done
    fi
    result="$(run_wrk 16 "${SECONDS_EACH:-4}" "$gateway_port") $(rss_mb "$gateway")"
    received="0 0 1"
    if [[ $listeners != 0 ]]; then
      kill "$reader"; wait "$reader"
      received=$(tail -n 1 "$work/listen")
    fi
    # The first round warms up.
    [[ $round == 0 ]] || echo "$result $received" >>"$work/rounds.$listeners"
    sleep 1
  done
done
echo "listeners  publishes/s  events/s  dropped  p99 ms  failed  RSS MB"
for listeners in "${numbers[@]}"; do
  file=$work/rounds.$listeners
  awk -v l="$listeners" -v n="$(cut -d' ' -f1 "$file" | median)" -v p="$(cut -d' ' -f4 "$file" | median)" \
    -v e="$(awk '{ printf "%d\n", $6 / $8 }' "$file" | median)" \
    '{ f += $2; d += $7; if ($5 > r) r = $5 } END { printf "%9d %12d %9d %8d %7.2f %7d %7d\n", l, n, e, d, p, f, r }' "$file"
done
