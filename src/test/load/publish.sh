#!/usr/bin/env bash
# Confirmed QoS 1 publishes per second, by number of callers, against the same HTTP stack without MQTT (echo/), in turn.
# usage: publish.sh [CALLERS...]   (ROUNDS=5 SECONDS_EACH=5 BODY='{...}')   needs wrk and mosquitto
source "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-5} each=${SECONDS_EACH:-5}
start_broker
start_gateway
start_echo
for _ in 1 2 3; do for port in $gateway_port $echo_port; do run_wrk 64 5 "$port" >/dev/null; done; done
echo "callers  gateway/s  echo/s  ratio  p99 gateway ms  p99 echo ms  failed"
for callers in "${@:-1 16 64 256 512}"; do
  for c in $callers; do
    : >"$work/gateway.rounds"; : >"$work/echo.rounds"
    for _ in $(seq "$rounds"); do
      run_wrk "$c" "$each" "$gateway_port" >>"$work/gateway.rounds"
      run_wrk "$c" "$each" "$echo_port" >>"$work/echo.rounds"
    done
    awk -v c="$c" -v g="$(cut -d' ' -f1 "$work/gateway.rounds" | median)" -v e="$(cut -d' ' -f1 "$work/echo.rounds" | median)" \
      -v gp="$(cut -d' ' -f4 "$work/gateway.rounds" | median)" -v ep="$(cut -d' ' -f4 "$work/echo.rounds" | median)" \
      '{ f += $2 } END { printf "%7d %10d %7d %6.2f %15.2f %12.2f %7d\n", c, g, e, g / e, gp, ep, f }' "$work/gateway.rounds"
  done
done
