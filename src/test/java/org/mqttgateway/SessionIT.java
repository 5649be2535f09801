package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;

/** What a durable session of the packaged gateway keeps, with a real broker. */
@NeedsMosquitto
@Order(1)
class SessionIT {

    private static final int FLOOD = 3_000;
    private static final String RESUMED = "(session resumed)";

    @Test
    void outlivesTheGatewayWithMqtt5() {
        try (Mosquitto mosquitto = Mosquitto.startUnlimited();
                Gateway gateway = start(mosquitto.port(), Map.of())) {
            gateway.awaitLog("Subscribed to django/mqtt");
            bringsWhatWasNotConsumedWhenItWasKilled(mosquitto, gateway);
            losesNothingWhenItIsKilledInTheMiddle(mosquitto, gateway, "first");
            losesNothingWhenItIsKilledInTheMiddle(mosquitto, gateway, "second");
            assertLivesOn(mosquitto, gateway);
            followsAChangedTopic(mosquitto, gateway);
        }
    }

    @Test
    void outlivesTheGatewayWithMqtt311OverWebSocket() {
        int webSocket = Ports.free();
        Map<String, String> settings = Map.of("MQTT_VERSION", "3.1.1", "MQTT_TRANSPORT", "websocket");
        try (Mosquitto mosquitto =
                        Mosquitto.startUnlimited("listener " + webSocket + " 127.0.0.1", "protocol websockets");
                Gateway gateway = start(webSocket, settings)) {
            gateway.awaitLog("Subscribed to django/mqtt");
            bringsWhatWasNotConsumedWhenItWasKilled(mosquitto, gateway);
            losesNothingWhenItIsKilledInTheMiddle(mosquitto, gateway, "first");
            assertLivesOn(mosquitto, gateway);
            try (Gateway other = start(webSocket, settings)) {
                isTakenOverByTurnsAndNotInARace(gateway, other);
            }
        }
    }

    private static void bringsWhatWasNotConsumedWhenItWasKilled(Mosquitto mosquitto, Gateway gateway) {
        List<String> payloads =
                IntStream.range(0, 50).mapToObj(i -> "crash " + i + ".").toList();
        // Frozen, the gateway's socket takes the messages but nothing consumes them.
        Commands.run("kill", "-STOP", Long.toString(gateway.pid()));
        mosquitto.publishLines("django/mqtt", 1, payloads);
        gateway.kill();
        assertEquals(List.of(), gateway.log("crash"));
        mosquitto.publish("django/mqtt", "while down", "-q", "1");
        resume(gateway, Map.of());
        gateway.awaitLog("with payload: while down");
        payloads.forEach(gateway::awaitLog);
    }

    /** A flood of QoS 2. */
    private static void losesNothingWhenItIsKilledInTheMiddle(Mosquitto mosquitto, Gateway gateway, String name) {
        List<String> payloads = IntStream.range(0, FLOOD)
                .mapToObj(i -> name + " flood " + i + ".")
                .toList();
        CompletableFuture<Void> sent = Background.run(() -> mosquitto.publishLines("django/mqtt", 2, payloads));
        Awaitility.await("some of the flood are logged")
                .pollInterval(Duration.ofMillis(10))
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> gateway.log(name + " flood ").size() > FLOOD / 10);
        gateway.kill();
        assertTrue(gateway.log(name + " flood ").size() < FLOOD, "all were logged before the gateway was killed");
        sent.orTimeout(60, TimeUnit.SECONDS).join();
        resume(gateway, Map.of());
        Set<String> missing = new HashSet<>(payloads);
        Awaitility.await("all are logged").atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
            missing.removeAll(new HashSet<>(gateway.payloads()));
            assertEquals(Set.of(), missing);
        });
    }

    private static void assertLivesOn(Mosquitto mosquitto, Gateway gateway) {
        mosquitto.publish("django/mqtt", "alive", "-q", "2");
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
        mosquitto.publish("django/mqtt", "old topic", "-q", "1");
        mosquitto.publish("django/new", "new topic", "-q", "1");
        gateway.awaitLog("Received message on topic: django/new with payload: new topic");
        gateway.awaitLog("Unsubscribing django/mqtt");
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
