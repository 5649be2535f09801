package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    @Test
    void aBulkNeedsFewRoundTripsAndFewConnectionsOnAMachineOfManyCores() {
        String bulk = "["
                + String.join(",", Collections.nCopies(1_000, "{\"topic\":\"network/bulk\",\"msg\":1,\"qos\":1}"))
                + "]";
        // Its default is a Receive Maximum of 20 on each connection, which would be 50 round trips.
        try (Mosquitto mosquitto = Mosquitto.start("max_inflight_messages 0");
                TcpRelay relay = new TcpRelay(mosquitto.port());
                Gateway gateway = Gateway.start(relay.port(), Map.of("QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE", "16"))) {
            relay.delay(20);
            // On a machine for itself it takes less than 250 ms; one message for each round trip would be 40 s.
            Awaitility.await("a bulk of 1,000 in half a second")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> bulkMillis(gateway, bulk) < 500);
            assertEquals(MAX_PUBLISHING_CONNECTIONS + CONSUMING_CONNECTIONS, relay.connections());
        }
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

    /** With MQTT 5; DeadLinkTest has both versions. */
    @Test
    void aForgottenConnectionIsReplacedBeforeAnyDeadline() {
        try (Mosquitto mosquitto = Mosquitto.start("max_queued_messages 0");
                TcpRelay relay = new TcpRelay(mosquitto.port());
                MosquittoSub subscriber = MosquittoSub.start(mosquitto.port(), "network/hole", "%p");
                Gateway gateway = Gateway.start(relay.port(), Map.of());
                Callers callers = Callers.start(8, gateway.httpPort(), "network/hole")) {
            awaitMore(callers, 300, 30);
            relay.blackHole();
            // Many more than the eight that were under way; how many a second is a matter of the machine.
            awaitMore(callers, 100, 6);
            awaitMore(callers, 300, 30);
            callers.stop();
            assertEquals(List.of(), callers.others());
            Set<String> missing = new HashSet<>(callers.confirmed());
            Awaitility.await("what was answered 200 is delivered")
                    .atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> {
                        missing.removeAll(new HashSet<>(subscriber.messages()));
                        assertEquals(Set.of(), missing);
                    });
            assertTrue(gateway.log("no answer to PINGREQ").size() > 0);
        }
    }

    private static void awaitMore(Callers callers, int count, int seconds) {
        int before = callers.confirmed().size();
        Awaitility.await(count + " more answers 200")
                .atMost(seconds, TimeUnit.SECONDS)
                .until(() -> callers.confirmed().size() >= before + count);
    }
}
