package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;

/** Two gateways with a shared subscription: the broker gives each message to one of them, and a killed one does not stop the other. */
@NeedsMosquitto
class ScaleOutIT {

    private static final Map<String, String> SHARED = Map.of("MQTT_TOPIC", "$share/gateways/django/mqtt");
    private static final Map<String, String> DURABLE =
            Map.of("MQTT_TOPIC", "$share/gateways/django/mqtt", "MQTT_CLIENT_ID", "durable");
    private static final String SUBSCRIBED = "Subscribed to $share/gateways/django/mqtt";
    private static final String CONNECTED = "Connected successfully to ";

    @Test
    void eachMessageIsConsumedByOneOfThemAndAllByTheOneThatIsLeft() {
        try (Mosquitto mosquitto = Mosquitto.startUnlimited();
                Gateway durable = Gateway.start(mosquitto.port(), DURABLE);
                Gateway other = Gateway.start(mosquitto.port(), SHARED)) {
            awaitSubscribed(durable, other);
            // A listener in the group would take messages from its consumers.
            other.request()
                    .get("/messages?topic=$share/gateways/django/mqtt")
                    .then()
                    .statusCode(403);
            List<String> published = payloads("m", 1_000);
            mosquitto.publishLines("django/mqtt", 1, published);
            awaitConsumed(published, durable, other);
            assertEquals(published.size(), consumed(durable, other).size(), "each once");
            assertTrue(!consumed(durable).isEmpty() && !consumed(other).isEmpty(), "each has a share");
            Set<String> ids = clientIds(durable, other);
            assertEquals(connections(durable, other), ids.size(), "no two connections have the same id");

            withADurableSessionNothingIsLostWhileItIsKilled(mosquitto, durable, other);
            whenACleanSessionHasEndedTheOtherGetsAll(mosquitto, durable, other);
        }
    }

    /**
     * Mosquitto keeps the share of a durable session for that session and delivers it when its client is back, so at least once (QoS 1) over
     * both holds whenever it is killed.
     */
    private static void withADurableSessionNothingIsLostWhileItIsKilled(
            Mosquitto mosquitto, Gateway durable, Gateway other) {
        List<String> published = new ArrayList<>(payloads("before", 500));
        mosquitto.publishLines("django/mqtt", 1, published);
        // Most of it is still on its way: nobody waits for it to be consumed.
        durable.kill();
        List<String> after = payloads("after", 500);
        mosquitto.publishLines("django/mqtt", 1, after);
        published.addAll(after);
        durable.restart(Map.of());
        awaitConsumed(published, durable, other);
    }

    /**
     * Mosquitto forgets what was on its way to a client with a clean session; from the moment it sees the end, the others get all.
     */
    private static void whenACleanSessionHasEndedTheOtherGetsAll(Mosquitto mosquitto, Gateway durable, Gateway other) {
        other.kill();
        Awaitility.await("the broker has seen the end of its connections")
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> mosquitto.log("closed its connection").stream()
                                .filter(line -> line.contains("Client mqtt-gateway"))
                                .count()
                        == connections(other));
        List<String> later = payloads("later", 1_000);
        mosquitto.publishLines("django/mqtt", 1, later);
        awaitConsumed(later, durable);
    }

    private static List<String> payloads(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + " " + i + ".").toList();
    }

    private static void awaitSubscribed(Gateway... gateways) {
        Stream.of(gateways).forEach(gateway -> gateway.awaitLog(SUBSCRIBED));
    }

    private static void awaitConsumed(List<String> published, Gateway... gateways) {
        Set<String> missing = new HashSet<>(published);
        Awaitility.await("all is consumed").atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            missing.removeAll(new HashSet<>(consumed(gateways)));
            assertEquals(Set.of(), missing);
        });
    }

    private static List<String> consumed(Gateway... gateways) {
        return Stream.of(gateways)
                .flatMap(gateway -> gateway.payloads().stream())
                .toList();
    }

    /** One consumes, and one for each core publishes. */
    private static int connections(Gateway... gateways) {
        return Stream.of(gateways)
                .mapToInt(gateway -> gateway.log(CONNECTED).size())
                .sum();
    }

    private static Set<String> clientIds(Gateway... gateways) {
        Set<String> ids = new HashSet<>();
        for (Gateway gateway : gateways) {
            gateway.log(CONNECTED).forEach(line -> ids.add(line.substring(line.indexOf(" as ") + 4)));
        }
        return ids;
    }
}
