#!/usr/bin/env bash
# Publishes for MINUTES at a fixed rate while the broker is restarted every minute; prints lost messages, other answers and the memory.
# usage: soak.sh   (MINUTES=10 CALLERS=16 RATE=20000)   needs mosquitto, mosquitto-clients and python3
source "$(dirname "$0")/lib.sh"
minutes=${MINUTES:-10} callers=${CALLERS:-16} rate=${RATE:-20000}
start_broker "persistence true" "persistence_location $work/"
start_gateway
stdbuf -oL mosquitto_sub -p "$broker_port" -q 1 -c -i soak -t load/soak >"$work/delivered" & pids+=($!)
sleep 1
python3 "$load/soak.py" "$gateway_port" load/soak "$callers" "$rate" "$((minutes * 60))" >"$work/confirmed" 2>"$work/others" & publisher=$!
pids+=("$publisher")
for minute in $(seq "$minutes"); do
  sleep 58
  kill -TERM "$broker"; wait "$broker" || true
  sleep 0.5
  mosquitto -c "$work/mosquitto.conf" 2>/dev/null & broker=$!
  pids+=("$broker")
  echo "minute $minute: RSS $(rss_mb "$gateway") MB, confirmed $(wc -l <"$work/confirmed"), other answers $(wc -l <"$work/others")"
done
wait "$publisher" || true
sleep 5
export LC_ALL=C
sort -u "$work/confirmed" >"$work/c"; sort -u "$work/delivered" >"$work/d"
echo "confirmed $(wc -l <"$work/c"), confirmed and not delivered $(comm -23 "$work/c" "$work/d" | wc -l), other answers $(wc -l <"$work/others")"
