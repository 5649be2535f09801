package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;

/** A durable consumer of QoS 2 that is killed in the middle of what it receives: it comes back, and each message is logged. */
@NeedsMosquitto
class ExactlyOnceIT {

    private static final int MESSAGES = 3_000;
    private static final String LINE = "with payload: flood ";

    @ParameterizedTest
    @CsvSource({"5, 2", "3.1.1, 1"})
    void noneIsLostWhenTheGatewayIsKilledInTheMiddle(String version, int floods) {
        Map<String, String> settings =
                Map.of("MQTT_QOS", "2", "MQTT_CLIENT_ID", "exactly-once", "MQTT_VERSION", version);
        try (Mosquitto mosquitto = Mosquitto.start("max_queued_messages 0");
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            gateway.awaitLog("Subscribed to django/mqtt");
            Set<String> missing = new HashSet<>();
            for (int flood = 0; flood < floods; flood++) {
                List<String> payloads = payloads(flood);
                int before = gateway.log(LINE).size();
                CompletableFuture<Void> sent =
                        CompletableFuture.runAsync(() -> mosquitto.publishLines("django/mqtt", 2, payloads));
                Awaitility.await("some of the flood are logged")
                        .pollInterval(Duration.ofMillis(10))
                        .atMost(30, TimeUnit.SECONDS)
                        .until(() -> gateway.log(LINE).size() > before + MESSAGES / 10);
                gateway.kill();
                int logged = gateway.log(LINE).size() - before;
                assertTrue(logged < MESSAGES, "all were logged before the gateway was killed");
                sent.orTimeout(60, TimeUnit.SECONDS).join();
                gateway.restart(Map.of());
                gateway.awaitLog("(session resumed)", flood + 1);
                missing.addAll(payloads);
                awaitLogged(gateway, missing);
            }
            mosquitto.publish("django/mqtt", "alive", "-q", "2");
            gateway.awaitLog("with payload: alive");
            assertEquals(200, gateway.management().get("/q/health/ready").statusCode());
        }
    }

    private static List<String> payloads(int flood) {
        return IntStream.range(0, MESSAGES)
                .mapToObj(i -> "flood " + flood + "-" + i + ".")
                .toList();
    }

    private static void awaitLogged(Gateway gateway, Set<String> missing) {
        Awaitility.await("all are logged").atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
            gateway.log(LINE).forEach(line -> missing.remove(line.substring(line.indexOf("flood "))));
            assertEquals(Set.of(), missing);
        });
    }
}
