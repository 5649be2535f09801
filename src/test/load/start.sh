#!/usr/bin/env bash
# From the start of the process to its first answer, and the memory after it: the gateway, the gateway with an archive of its classes, and the
# bare HTTP stack (echo/), in turn.
# usage: start.sh   (ROUNDS=5 JAVA=java JAVA_OPTS="-XX:+UseSerialGC -Xms16m -Xmx512m")   needs mosquitto
source "$(dirname "$0")/lib.sh"
java=${JAVA:-java}
read -ra options <<<"${JAVA_OPTS:--XX:+UseSerialGC -Xms16m -Xmx512m}"
start_broker
export MQTT_SERVER=127.0.0.1 MQTT_PORT=$broker_port QUARKUS_HTTP_PORT=$gateway_port QUARKUS_MANAGEMENT_PORT=$management_port

# Whether there is an answer. The shell asks by itself: a process for each question would take from the start what is measured.
answers() {
  local line=
  { exec 3<>"/dev/tcp/127.0.0.1/$gateway_port"; } 2>/dev/null || return
  printf 'GET / HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n' >&3
  read -r line <&3 || true
  exec 3>&-
  [[ $line == HTTP* ]]
}

# NAME JVM-OPTIONS...: appends "milliseconds megabytes" to the file NAME.
measure() {
  local name=$1 before; shift
  before=$(date +%s%N)
  "$java" "${options[@]}" "$@" >"$work/$name.log" 2>&1 & app=$!
  pids+=("$app")
  until answers; do
    kill -0 "$app" 2>/dev/null || { tail -20 "$work/$name.log"; exit 2; }
    sleep 0.01
  done
  echo "$((($(date +%s%N) - before) / 1000000)) $(sleep 1.5; rss_mb "$app")" >>"$work/$name"
  kill "$app"; wait "$app" || true
}

if "$java" -XX:+PrintFlagsFinal -version 2>/dev/null | grep -q AOTCacheOutput; then
  record=-XX:AOTCacheOutput=$work/classes replay=-XX:AOTCache=$work/classes
else
  record=-XX:ArchiveClassesAtExit=$work/classes replay=-XX:SharedArchiveFile=$work/classes
fi
echo_jar=$(build_echo)
measure recording "$record" -jar "$jar"
for _ in $(seq "${ROUNDS:-5}"); do
  measure gateway -jar "$jar"
  measure archive "$replay" -jar "$jar"
  measure echo -jar "$echo_jar"
done
"$java" -version 2>&1 | head -n 1
echo "             first answer ms  RSS MB"
for name in gateway archive echo; do
  printf '%-12s %15d %7d\n' "$name" "$(cut -d' ' -f1 "$work/$name" | median)" "$(cut -d' ' -f2 "$work/$name" | median)"
done
