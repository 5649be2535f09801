#!/usr/bin/env bash
# Messages per second that the webhook delivers to an endpoint that answers at once (echo/), against what that endpoint takes from wrk with as many
# connections, in turn; then the memory of the gateway while the endpoint is dead and a durable session is full.
# usage: webhook.sh   (MESSAGES=100000 ROUNDS=3 TOPICS=256 SECONDS_EACH=5 DEAD_MESSAGES=1000000 DEAD_SECONDS=300)   needs wrk, mosquitto, python3
source "$(dirname "$0")/lib.sh"
messages=${MESSAGES:-100000} rounds=${ROUNDS:-3} topics=${TOPICS:-256} each=${SECONDS_EACH:-5}
dead_messages=${DEAD_MESSAGES:-1000000} dead_seconds=${DEAD_SECONDS:-300} concurrency=16
start_broker "max_inflight_messages 1000"
start_echo

# With the URL of the endpoint; the messages of load/t/# come from the session that the broker keeps.
start_webhook() {
  start_gateway MQTT_CLIENT_ID=load MQTT_TOPIC=load/none MQTT_WEBHOOK_TOPIC='load/t/#' MQTT_WEBHOOK_CONCURRENCY=$concurrency MQTT_WEBHOOK_URL="$1"
}

delivered() { curl -s "http://127.0.0.1:$management_port/q/metrics" | awk '/^mqtt_gateway_webhook_total.*delivered/ { n = $2 } END { printf "%d", n }'; }

# Waits until so many are delivered in all, two minutes at the longest.
await_delivered() {
  local end=$((SECONDS + 120))
  until (($(delivered) >= $1)); do
    ((SECONDS < end)) || { echo "$(delivered) of $1 delivered in two minutes"; tail -20 "$work/gateway.log"; exit 2; }
    sleep 0.2 # each question costs some of the two cores
  done
}

# Publishes so many messages, in turn to all topics.
flood_topics() { python3 "$load/flood.py" "$broker_port" load/t "$1" 1 "$topics" >/dev/null; }

url=http://127.0.0.1:$echo_port/publish
start_webhook "$url"
for _ in 1 2 3; do run_wrk $concurrency 3 "$echo_port" >/dev/null; done
# Warm up: the JIT compiler is done with the gateway after about half a million messages.
for round in 1 2 3 4 5; do flood_topics "$messages"; await_delivered $((round * messages)); done
: >"$work/wrk"; : >"$work/webhook"
for _ in $(seq "$rounds"); do
  run_wrk $concurrency "$each" "$echo_port" >>"$work/wrk"
  # What is delivered is held back by stopping the gateway until all of it waits at the broker.
  before=$(delivered)
  kill -STOP "$gateway"
  flood_topics "$messages"
  begin=$(date +%s%N)
  kill -CONT "$gateway"
  await_delivered $((before + messages))
  echo $((messages * 1000 / (($(date +%s%N) - begin) / 1000000))) >>"$work/webhook"
done
awk -v w="$(cut -d' ' -f1 "$work/wrk" | median)" -v h="$(median <"$work/webhook")" \
  'BEGIN { printf "endpoint %d/s from wrk, webhook %d/s, ratio %.2f\n", w, h, h / w }'

kill "$gateway" && wait "$gateway" 2>/dev/null || true
flood_topics "$dead_messages"
JAVA_OPTS="${JAVA_OPTS:-} -Xmx256m" start_webhook http://127.0.0.1:1/
for ((s = 0; s <= dead_seconds; s += 30)); do
  echo "dead endpoint, $dead_messages messages at the broker, after $s s: RSS $(rss_mb "$gateway") MB"
  sleep 30
done
