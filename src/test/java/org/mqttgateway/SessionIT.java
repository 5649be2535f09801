package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;

/** What a durable session of the packaged gateway keeps, with a real broker. */
@NeedsMosquitto
class SessionIT {

    private static final Map<String, String> DURABLE = Map.of("MQTT_CLIENT_ID", "gateway-1");

    @Test
    void whatComesWhileTheGatewayIsDownArrivesAfterwards() {
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), DURABLE)) {
            gateway.awaitLog("Subscribed to django/mqtt");
            gateway.stop();
            mosquitto.publish("django/mqtt", "while down", "-q", "1");
            gateway.restart(Map.of());
            gateway.awaitLog("(session resumed)");
            gateway.awaitLog("with payload: while down");
        }
    }

    @Test
    void whatWasNotConsumedWhenTheGatewayWasKilledComesAgain() {
        List<String> payloads =
                IntStream.range(0, 50).mapToObj(i -> "crash " + i + ".").toList();
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), DURABLE)) {
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
                Gateway gateway = Gateway.start(mosquitto.port(), DURABLE)) {
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
                Gateway one = Gateway.start(mosquitto.port(), DURABLE);
                Gateway other = Gateway.start(mosquitto.port(), DURABLE)) {
            Awaitility.await("one of them warns")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> !one.log("is another client using").isEmpty()
                            || !other.log("is another client using").isEmpty());
            long connects = connects(one) + connects(other);
            Awaitility.await()
                    .during(5, TimeUnit.SECONDS)
                    .atMost(10, TimeUnit.SECONDS)
                    .until(() -> true);
            long more = connects(one) + connects(other) - connects;
            assertTrue(more <= 15, more + " connects in 5 s");
        }
    }

    private static long connects(Gateway gateway) {
        return gateway.log("as gateway-1").size();
    }
}
