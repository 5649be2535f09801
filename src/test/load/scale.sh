#!/usr/bin/env bash
# Publishes per second by the cores that the gateway may use, by its event loops, and with a second gateway behind nginx; 64 callers.
# usage: scale.sh   (ROUNDS=3 SECONDS_EACH=4)   needs wrk, mosquitto, taskset and nginx
source "$(dirname "$0")/lib.sh"
export BODY='{"topic":"load/t","msg":"Hello from Django","qos":1}'
rounds=${ROUNDS:-3} each=${SECONDS_EACH:-4}
start_broker

# NAME PORT: warms up, then prints the median.
measure() {
  for _ in 1 2 3 4; do run_wrk 64 5 "$2" >/dev/null; done
  for _ in $(seq "$rounds"); do run_wrk 64 "$each" "$2"; done >"$work/rounds"
  printf '%-44s %7d/s, p99 %.2f ms, failed %d\n' "$1" "$(cut -d' ' -f1 "$work/rounds" | median)" "$(cut -d' ' -f4 "$work/rounds" | median)" \
    "$(awk '{ f += $2 } END { print f }' "$work/rounds")"
}

# Ends the gateway.
stop() { kill "$gateway"; wait "$gateway" || true; }

start_gateway; taskset -apc 0 "$gateway" >/dev/null; measure "1 core" "$gateway_port"; stop
start_gateway; measure "2 cores" "$gateway_port"
cat >"$work/nginx.conf" <<C
worker_processes 1; daemon off; pid $work/nginx.pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  upstream one { server 127.0.0.1:$gateway_port; keepalive 64; }
  upstream two { server 127.0.0.1:$gateway_port; server 127.0.0.1:$((gateway_port + 10)); keepalive 64; }
  server { listen 127.0.0.1:$((gateway_port + 20)); location / { proxy_pass http://one; proxy_http_version 1.1; proxy_set_header Connection ""; } }
  server { listen 127.0.0.1:$((gateway_port + 21)); location / { proxy_pass http://two; proxy_http_version 1.1; proxy_set_header Connection ""; } }
}
C
nginx -c "$work/nginx.conf" & pids+=($!)
sleep 1
measure "2 cores, behind nginx" $((gateway_port + 20))
first=$gateway
gateway_port=$((gateway_port + 10)) management_port=$((management_port + 10)) start_gateway
gateway_port=$((gateway_port))
measure "2 cores, two gateways behind nginx" $((gateway_port + 21))
kill "$gateway" "$first"; wait "$gateway" "$first" || true
for loops in 4 8; do
  start_gateway QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE=$loops MQTT_PUBLISH_CONNECTIONS=$loops
  measure "2 cores, $loops event loops and connections" "$gateway_port"; stop
done
