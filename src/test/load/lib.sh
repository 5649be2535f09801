# Sourced by the load scripts: a broker, a gateway and the bare HTTP stack (echo/) on the loopback address, ended with the script.
set -euo pipefail
load=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$load/../../.." && pwd)
jar=$root/target/quarkus-app/quarkus-run.jar
work=$(mktemp -d)
broker_port=${BROKER_PORT:-22883} gateway_port=${GATEWAY_PORT:-29080} echo_port=${ECHO_PORT:-29081} management_port=${MANAGEMENT_PORT:-29082}
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
[[ -f $jar ]] || { echo "first: ./mvnw package -DskipTests"; exit 2; }

# With the lines given added to its configuration.
start_broker() {
  printf '%s\n' "listener $broker_port 127.0.0.1" "allow_anonymous true" "max_queued_messages 0" "max_inflight_messages 0" \
    "log_dest none" "user $(id -un)" "$@" >"$work/mosquitto.conf"
  mosquitto -c "$work/mosquitto.conf" 2>/dev/null & broker=$!
  pids+=("$broker")
  until (exec 3<>"/dev/tcp/127.0.0.1/$broker_port") 2>/dev/null; do sleep 0.05; done
}

# With KEY=VALUE for its environment; JAVA_OPTS for the JVM.
start_gateway() {
  env MQTT_SERVER=127.0.0.1 MQTT_PORT="$broker_port" QUARKUS_HTTP_PORT="$gateway_port" QUARKUS_MANAGEMENT_PORT="$management_port" "$@" \
    "${JAVA:-java}" ${JAVA_OPTS:-} -jar "$jar" >"$work/gateway.log" 2>&1 & gateway=$!
  pids+=("$gateway")
  await_http "$gateway_port"
}

# Prints the jar of the bare HTTP stack, which is built once.
build_echo() {
  local app=${TMPDIR:-/tmp}/mqtt-gateway-load-echo
  if [[ ! -f $app/target/quarkus-app/quarkus-run.jar ]]; then
    rm -rf "$app" && cp -r "$load/echo" "$app"
    "$root/mvnw" -q -B -f "$app/pom.xml" package >/dev/null
  fi
  echo "$app/target/quarkus-app/quarkus-run.jar"
}

start_echo() {
  env QUARKUS_HTTP_PORT="$echo_port" java ${JAVA_OPTS:-} -jar "$(build_echo)" >"$work/echo.log" 2>&1 &
  pids+=($!)
  await_http "$echo_port"
}

await_http() {
  for _ in $(seq 150); do
    [[ $(curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
      -d '{"topic":"load/t","msg":"m"}' "http://127.0.0.1:$1/publish") == 200 ]] && return
    sleep 0.2
  done
  echo "no 200 from port $1"; tail -20 "$work"/*.log; exit 2
}

# wrk CALLERS SECONDS PORT [QUERY]
run_wrk() { wrk -t1 -c"$1" -d"${2}s" --timeout 10s --latency -s "$load/publish.lua" "http://127.0.0.1:$3/publish${4:-}" | sed -n 's/^RESULT //p'; }

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

rss_mb() { awk '/VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$1/status"; }
