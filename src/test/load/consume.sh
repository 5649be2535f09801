#!/usr/bin/env bash
# Messages per second that the consumer logs and acknowledges, against mosquitto_sub writing the same flood into a file, in turn.
# usage: consume.sh   (MESSAGES=300000 ROUNDS=5 QOS=1)   needs mosquitto, mosquitto-clients and python3
source "$(dirname "$0")/lib.sh"
messages=${MESSAGES:-300000} rounds=${ROUNDS:-5} qos=${QOS:-1}
start_broker
start_gateway
mosquitto_sub -p "$broker_port" -q "$qos" -t load/reference >"$work/reference" & pids+=($!)

# flood TOPIC FILE: publishes all messages and prints how many reach FILE per second, and how many are missing.
flood() {
  local before after begin end
  before=$(grep -c 'message [0-9]' "$2" || true)
  begin=$(python3 "$load/flood.py" "$broker_port" "$1" "$messages" "$qos")
  for _ in $(seq 3000); do
    tail -n 3 "$2" | grep -q "message $messages\$" && break
    sleep 0.02
  done
  end=$(date +%s%N)
  sleep 0.5
  after=$(grep -c 'message [0-9]' "$2" || true)
  echo "$((messages * 1000 / ((end - begin) / 1000000))) $((messages - (after - before)))"
}

flood django/mqtt "$work/gateway.log" >/dev/null # warm up
for _ in $(seq "$rounds"); do
  : >"$work/reference"
  echo "reference $(flood load/reference "$work/reference")"
  echo "gateway $(flood django/mqtt "$work/gateway.log")"
done | tee "$work/rounds"
awk -v r="$(awk '$1 == "reference" { print $2 }' "$work/rounds" | median)" -v g="$(awk '$1 == "gateway" { print $2 }' "$work/rounds" | median)" \
  '$1 == "gateway" { missing += $3 } END { printf "mosquitto_sub %d/s, gateway %d/s, ratio %.2f, missing %d\n", r, g, g / r, missing }' "$work/rounds"
