package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.TestSubscriber;

/** What a durable session of the packaged gateway keeps, with a real broker. */
@NeedsMosquitto
@Order(1)
class SessionIT {

    private static final String TOPIC = "django/mqtt";
    private static final int FLOOD = 3_000;
    private static final String RESUMED = "(session resumed)";

    /** Beyond {@code mqtt.max-message-size}; a broker of MQTT 5 knows that limit, with room for topic and properties. */
    private static final int A_LITTLE = (1 << 20) + 100;

    private static final int MUCH = 3 << 20;

    @Test
    void outlivesTheGatewayWithMqtt5() {
        try (Mosquitto mosquitto = Mosquitto.startUnlimited();
                Gateway gateway = start(mosquitto.port(), Map.of())) {
            gateway.awaitLog("Subscribed to " + TOPIC);
            isNotStoppedByWhatIsTooLarge(mosquitto, gateway);
            // The broker keeps to itself what is much too large.
            assertUnharmed(gateway, 40);
            losesNothingWhenTheGatewayIsKilled(mosquitto, gateway, "first");
            assertUnharmed(gateway, 0);
            losesNothingWhenTheGatewayIsKilled(mosquitto, gateway, "second");
            assertLivesOn(mosquitto, gateway);
            followsAChangedTopic(mosquitto, gateway);
        }
    }

    @Test
    void outlivesTheGatewayWithMqtt311OverWebSocketAndTcp() {
        int webSocket = Ports.free();
        Map<String, String> settings = Map.of("MQTT_VERSION", "3.1.1", "MQTT_TRANSPORT", "websocket");
        try (Mosquitto mosquitto =
                        Mosquitto.startUnlimited("listener " + webSocket + " 127.0.0.1", "protocol websockets");
                Gateway gateway = start(webSocket, settings)) {
            gateway.awaitLog("Subscribed to " + TOPIC);
            losesNothingWhenTheGatewayIsKilled(mosquitto, gateway, "first");
            assertLivesOn(mosquitto, gateway);
            // Over WebSocket Mosquitto takes 25 s for each MB, so what is too large comes over TCP.
            gateway.stop();
            resume(gateway, Map.of("MQTT_TRANSPORT", "tcp", "MQTT_PORT", Integer.toString(mosquitto.port())));
            isNotStoppedByWhatIsTooLarge(mosquitto, gateway);
            assertUnharmed(gateway, 42);
            gateway.stop();
            resume(gateway, Map.of());
            awaitNext(mosquitto, gateway, "after the restart");
            // What is retained comes again with the subscription.
            assertUnharmed(gateway, 1);
            mosquitto.publish(TOPIC, "", "-r");
            try (Gateway other = start(webSocket, settings)) {
                isTakenOverByTurnsAndNotInARace(gateway, other);
            }
        }
    }

    /** However large it is and however the broker keeps it. */
    private static void isNotStoppedByWhatIsTooLarge(Mosquitto mosquitto, Gateway gateway) {
        try (TestSubscriber publisher = new TestSubscriber(mosquitto.port(), "nothing")) {
            for (int i = 0; i < 40; i++) {
                publisher.publish(TOPIC, new byte[A_LITTLE], MqttQoS.AT_LEAST_ONCE, false);
            }
            awaitNext(mosquitto, gateway, "after a little");
            publisher.publish(TOPIC, new byte[MUCH], MqttQoS.AT_LEAST_ONCE, true);
            awaitNext(mosquitto, gateway, "after a retained one");
            publisher.publish(TOPIC, new byte[MUCH], MqttQoS.AT_LEAST_ONCE, false);
            awaitNext(mosquitto, gateway, "after much");
        }
    }

    private static void awaitNext(Mosquitto mosquitto, Gateway gateway, String payload) {
        mosquitto.publish(TOPIC, payload, "-q", "1");
        gateway.awaitLog("with payload: " + payload);
    }

    private static void assertUnharmed(Gateway gateway, int skipped) {
        assertEquals(List.of(), gateway.log(" lost after "));
        assertEquals(200, gateway.management().get("/q/health/ready").statusCode());
        assertEquals(skipped, Metrics.of(gateway.management()).value("mqtt_gateway_dropped_total{reason=\"size\"}"));
    }

    /** In the middle of a flood of QoS 2, and when messages have come that it has not read. */
    private static void losesNothingWhenTheGatewayIsKilled(Mosquitto mosquitto, Gateway gateway, String name) {
        List<String> flood = payloads(name + " flood ", FLOOD);
        List<String> unread = payloads(name + " unread ", 50);
        CompletableFuture<Void> sent = Background.run(() -> mosquitto.publishLines(TOPIC, 2, flood));
        Awaitility.await("some of the flood are logged")
                .pollInterval(Duration.ofMillis(10))
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> gateway.log(name + " flood ").size() > FLOOD / 10);
        // Frozen, the gateway's socket takes messages but nothing consumes them.
        Commands.run("kill", "-STOP", Long.toString(gateway.pid()));
        mosquitto.publishLines(TOPIC, 1, unread);
        gateway.kill();
        assertTrue(gateway.log(name + " flood ").size() < FLOOD, "all were logged before the gateway was killed");
        assertEquals(List.of(), gateway.log(name + " unread "));
        mosquitto.publish(TOPIC, name + " while down", "-q", "1");
        sent.orTimeout(60, TimeUnit.SECONDS).join();
        resume(gateway, Map.of());
        Set<String> missing = new HashSet<>(flood);
        missing.addAll(unread);
        missing.add(name + " while down");
        Awaitility.await("all are logged").atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
            missing.removeAll(new HashSet<>(gateway.payloads()));
            assertEquals(Set.of(), missing);
        });
    }

    private static List<String> payloads(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + i + ".").toList();
    }

    private static void assertLivesOn(Mosquitto mosquitto, Gateway gateway) {
        mosquitto.publish(TOPIC, "alive", "-q", "2");
        gateway.awaitLog("with payload: alive");
        assertEquals(200, gateway.management().get("/q/health/ready").statusCode());
    }

    private static void resume(Gateway gateway, Map<String, String> changedSettings) {
        int before = gateway.log(RESUMED).size();
        gateway.restart(changedSettings);
        gateway.awaitLog(RESUMED, before + 1);
    }

    private static void followsAChangedTopic(Mosquitto mosquitto, Gateway gateway) {
        gateway.stop();
        resume(gateway, Map.of("MQTT_TOPIC", "django/new"));
        gateway.awaitLog("Subscribed to django/new");
        // Until one has matched, the broker might be one that rewrites topics.
        mosquitto.publish("django/new", "new topic", "-q", "1");
        gateway.awaitLog("Received message on topic: django/new with payload: new topic");
        mosquitto.publish(TOPIC, "old topic", "-q", "1");
        gateway.awaitLog("Unsubscribing " + TOPIC);
        assertEquals(List.of(), gateway.log("with payload: old topic"));
    }

    /** Two instances with one client id warn. */
    private static void isTakenOverByTurnsAndNotInARace(Gateway one, Gateway other) {
        Awaitility.await("one of them warns")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> !one.log("is another client using").isEmpty()
                        || !other.log("is another client using").isEmpty());
        long connects = connects(one) + connects(other);
        long start = System.nanoTime();
        Awaitility.await("they go on, for one may be a left-over")
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> connects(one) + connects(other) >= connects + 6);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis >= 2_000, "6 connects in " + millis + " ms");
    }

    private static Gateway start(int brokerPort, Map<String, String> settings) {
        Map<String, String> durable = new HashMap<>(settings);
        durable.put("MQTT_CLIENT_ID", "gateway-1");
        durable.put("MQTT_QOS", "2");
        return Gateway.start(brokerPort, durable);
    }

    private static long connects(Gateway gateway) {
        return gateway.log("as gateway-1 with").size();
    }
}
