#!/usr/bin/env bash
# Memory (RSS) of the gateway with the options of the image: idle, with many idle connections of callers, and with many listeners.
# usage: memory.sh   (CONNECTIONS=9900 LISTENERS=1000 JAVA=java JAVA_OPTS=...)   needs mosquitto, python3 and permission to open as many files
source "$(dirname "$0")/lib.sh"
ulimit -n "$(ulimit -Hn)"
JAVA_OPTS=${JAVA_OPTS:--XX:+UseSerialGC -Xms16m -Xmx512m -XX:+ExitOnOutOfMemoryError}
start_broker
start_gateway
sleep 5
echo "idle: $(rss_mb "$gateway") MB"
python3 - "$gateway_port" "${CONNECTIONS:-9900}" >"$work/idle" <<'P' & idle=$!
import socket, sys, time
port, count = int(sys.argv[1]), int(sys.argv[2])
kept = []
for _ in range(count):
    s = socket.create_connection(("127.0.0.1", port))
    s.sendall(b"GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n")
    s.recv(4096)
    kept.append(s)
print("open", flush=True)
time.sleep(30)
P
pids+=("$idle")
until grep -q open "$work/idle"; do kill -0 "$idle"; sleep 0.1; done
sleep 2
echo "with ${CONNECTIONS:-9900} idle connections: $(rss_mb "$gateway") MB"
kill "$idle"; wait "$idle" || true
kill "$gateway"; wait "$gateway" || true
start_gateway
sleep 5
echo "idle: $(rss_mb "$gateway") MB"
: >"$work/listen"
python3 "$load/listen.py" "$gateway_port" "${LISTENERS:-1000}" 0 >"$work/listen" & reader=$!
pids+=("$reader")
until grep -q listening "$work/listen"; do kill -0 "$reader"; sleep 0.1; done
sleep 2
echo "with ${LISTENERS:-1000} listeners: $(rss_mb "$gateway") MB"
