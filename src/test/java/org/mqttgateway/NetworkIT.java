package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Callers;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.TcpRelay;

/** A network between gateway and broker that is slow, or that forgets connections without telling anybody. */
@NeedsMosquitto
class NetworkIT {

    private static final int MAX_PUBLISHING_CONNECTIONS = 4;
    private static final int CONSUMING_CONNECTIONS = 1;

    /** With MQTT 5; DeadLinkTest has both versions. */
    @Test
    void aBulkNeedsFewRoundTripsAndAForgottenConnectionIsReplaced() {
        // Mosquitto's default is a Receive Maximum of 20 on each connection, which would be 50 round trips.
        try (Mosquitto mosquitto = Mosquitto.startUnlimited();
                TcpRelay relay = new TcpRelay(mosquitto.port());
                Gateway gateway = Gateway.start(relay.port(), Map.of("QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE", "16"))) {
            aBulkNeedsFewRoundTripsAndFewConnectionsOnAMachineOfManyCores(relay, gateway);
            relay.delay(0);
            aForgottenConnectionIsReplacedBeforeAnyDeadline(mosquitto, relay, gateway);
        }
    }

    private static void aBulkNeedsFewRoundTripsAndFewConnectionsOnAMachineOfManyCores(TcpRelay relay, Gateway gateway) {
        String bulk = "["
                + String.join(",", Collections.nCopies(1_000, "{\"topic\":\"network/bulk\",\"msg\":1,\"qos\":1}"))
                + "]";
        relay.delay(20);
        // The others use the machine too.
        Awaitility.await("a bulk of 1,000 in less than 250 ms")
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> bulkMillis(gateway, bulk) < 250);
        assertEquals(MAX_PUBLISHING_CONNECTIONS + CONSUMING_CONNECTIONS, relay.connections());
    }

    private static long bulkMillis(Gateway gateway, String bulk) {
        long start = System.nanoTime();
        List<Integer> codes = gateway.request()
                .contentType(ContentType.JSON)
                .body(bulk)
                .post("/publish/bulk")
                .then()
                .statusCode(200)
                .extract()
                .path("code");
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertEquals(Collections.nCopies(1_000, 0), codes);
        return millis;
    }

    private static void aForgottenConnectionIsReplacedBeforeAnyDeadline(
            Mosquitto mosquitto, TcpRelay relay, Gateway gateway) {
        try (MosquittoSub subscriber = MosquittoSub.start(mosquitto.port(), "network/hole", "%p");
                Callers callers = Callers.start(8, gateway.httpPort(), "network/hole")) {
            callers.awaitMore(300, 30);
            relay.blackHole();
            // Many more than the eight that were under way; how many a second is a matter of the machine.
            callers.awaitMore(100, 6);
            // Its connection is dead too, and it has nothing to send. With a keep alive of 60 s it would notice late.
            Awaitility.await("the consumer hears again")
                    .atMost(12, TimeUnit.SECONDS)
                    .pollInterval(500, TimeUnit.MILLISECONDS)
                    .until(() -> {
                        publish(gateway, "django/mqtt", "hears again");
                        return !gateway.log("hears again").isEmpty();
                    });
            callers.awaitMore(300, 30);
            callers.stop();
            assertEquals(List.of(), callers.others());
            subscriber.awaitAll(callers.confirmed());
            assertTrue(gateway.log("no answer to PINGREQ").size() > 0);
        }
    }

    private static void publish(Gateway gateway, String topic, String text) {
        gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"" + topic + "\",\"msg\":\"" + text + "\"}")
                .post("/publish")
                .then()
                .statusCode(200);
    }
}
