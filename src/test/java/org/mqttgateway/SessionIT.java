package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;

/** What a durable session of the packaged gateway keeps, with a real broker. */
@NeedsMosquitto
@ParameterizedClass
@ValueSource(strings = {"5", "3.1.1"})
class SessionIT {

    @Parameter
    String version;

    @Test
    void whatComesWhileTheGatewayIsDownArrivesAfterwards() {
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = start(mosquitto)) {
            keepsWhatComesMeanwhile(mosquitto, gateway);
        }
    }

    @Test
    void overWebSocketToo() {
        int webSocket = Ports.free();
        try (Mosquitto mosquitto = Mosquitto.start("listener " + webSocket + " 127.0.0.1", "protocol websockets");
                Gateway gateway = Gateway.start(
                        webSocket,
                        Map.of(
                                "MQTT_CLIENT_ID",
                                "gateway-1",
                                "MQTT_VERSION",
                                version,
                                "MQTT_TRANSPORT",
                                "websocket"))) {
            keepsWhatComesMeanwhile(mosquitto, gateway);
        }
    }

    private static void keepsWhatComesMeanwhile(Mosquitto mosquitto, Gateway gateway) {
        gateway.awaitLog("Subscribed to django/mqtt");
        gateway.stop();
        mosquitto.publish("django/mqtt", "while down", "-q", "1");
        gateway.restart(Map.of());
        gateway.awaitLog("(session resumed)");
        gateway.awaitLog("with payload: while down");
    }

    @Test
    void whatWasNotConsumedWhenTheGatewayWasKilledComesAgain() {
        List<String> payloads =
                IntStream.range(0, 50).mapToObj(i -> "crash " + i + ".").toList();
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = start(mosquitto)) {
            gateway.awaitLog("Subscribed to django/mqtt");
            // Frozen, the gateway's socket takes the messages but nothing consumes them.
            Commands.run("kill", "-STOP", Long.toString(gateway.pid()));
            mosquitto.publishLines("django/mqtt", 1, payloads);
            gateway.kill();
            assertEquals(List.of(), gateway.log("crash"));
            gateway.restart(Map.of());
            payloads.forEach(gateway::awaitLog);
        }
    }

    @Test
    void aChangedTopicTakesEffectOnAKeptSession() {
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = start(mosquitto)) {
            gateway.awaitLog("Subscribed to django/mqtt");
            gateway.stop();
            gateway.restart(Map.of("MQTT_TOPIC", "django/new"));
            gateway.awaitLog("(session resumed)");
            gateway.awaitLog("Subscribed to django/new");
            mosquitto.publish("django/mqtt", "old topic", "-q", "1");
            mosquitto.publish("django/new", "new topic", "-q", "1");
            gateway.awaitLog("Received message on topic: django/new with payload: new topic");
            gateway.awaitLog("Unsubscribing django/mqtt");
            assertEquals(List.of(), gateway.log("with payload: old topic"));
        }
    }

    @Test
    void twoInstancesWithOneClientIdWarnAndDoNotRace() {
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway one = start(mosquitto);
                Gateway other = start(mosquitto)) {
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
    }

    private Gateway start(Mosquitto mosquitto) {
        return Gateway.start(mosquitto.port(), Map.of("MQTT_CLIENT_ID", "gateway-1", "MQTT_VERSION", version));
    }

    private static long connects(Gateway gateway) {
        return gateway.log("as gateway-1 with").size();
    }
}
