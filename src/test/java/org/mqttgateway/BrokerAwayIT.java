package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Callers;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.SseClient;

/** What callers, listeners and operators of the packaged gateway see while there is no broker, with room for one message. */
class BrokerAwayIT {

    private static final Pattern METRIC = Pattern.compile("\\b(mqtt_gateway|jvm|process|system)_\\w+");

    private static int brokerPort;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        brokerPort = Ports.free();
        gateway = Gateway.start(
                brokerPort,
                Map.of(
                        "MQTT_MAX_INFLIGHT", "1",
                        "MQTT_MAX_QUEUED", "0",
                        "MQTT_PUBLISH_TIMEOUT", "1s",
                        "MQTT_WEBHOOK_URL", "http://127.0.0.1:" + Ports.free()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aPublishIsRefusedAtItsDeadline() {
        gateway.postJson("/publish", "{\"topic\":\"away/t\",\"msg\":\"m\"}")
                .statusCode(503)
                .header("Retry-After", "5")
                .contentType("application/problem+json")
                .body("code", is(4))
                .time(lessThan(6L), TimeUnit.SECONDS);
    }

    /** One caller waits for the broker, the other one finds the buffer full. */
    @Test
    void aFullBufferIsRefusedAtOnceAndMetricsSayBoth() {
        try (Callers callers = Callers.start(2, gateway.httpPort(), "away/t")) {
            Awaitility.await("both outcomes").atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
                Metrics metrics = Metrics.of(gateway.management());
                assertTrue(failed(metrics, "not_connected") > 0);
                assertTrue(failed(metrics, "queue_full") > 0);
                assertEquals(1, metrics.value("mqtt_gateway_queued"));
                assertEquals(0, metrics.value("mqtt_gateway_connected{channel=\"publish\"}"));
                assertEquals(0, metrics.value("mqtt_gateway_connected{channel=\"messages\"}"));
            });
            Awaitility.await("answers with code 15")
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> callers.others().stream()
                                    .filter(answer -> answer.contains("\"code\":15"))
                                    .count()
                            > 10);
            callers.stop();
        }
    }

    private static double failed(Metrics metrics, String outcome) {
        return metrics.value("mqtt_gateway_published_total{outcome=\"" + outcome + "\",qos=\"1\"}");
    }

    @Test
    void requestsAndWhatIsRetainedAreRefused() {
        for (String replyTo : List.of("", ",\"replyTo\":\"b\"")) {
            gateway.postJson("/request", "{\"topic\":\"a\",\"msg\":1,\"timeout\":1.5" + replyTo + "}")
                    .statusCode(503)
                    .header("Retry-After", "5")
                    .body("code", is(4));
        }
        gateway.request().get("/retained?topic=a").then().statusCode(503).body("code", is(4));
    }

    @Test
    void aFilterIsRefusedAndTheConsumersFeedIsNot() {
        try (SseClient client = SseClient.open(gateway.httpPort(), "/messages?topic=live/x")) {
            assertEquals(503, client.status());
            assertEquals("5", client.headers().firstValue("Retry-After").orElse(""));
            assertEquals(4, JsonPath.from(client.body()).getInt("code"));
        }
        try (SseClient client = SseClient.open(gateway.httpPort(), "/messages")) {
            assertEquals(200, client.status());
            client.awaitComment();
        }
    }

    @Test
    void itLivesAndIsNotReadyAndTheLogSaysWhyInWords() {
        gateway.management().get("/q/health/live").then().statusCode(200);
        gateway.management().get("/q/health/started").then().statusCode(200);
        gateway.awaitLog("Cannot connect to");
        // For a moment another test may have had the port.
        Awaitility.await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> gateway.management()
                .get("/q/health/ready")
                .then()
                .statusCode(503)
                .body("checks.data.publish", hasItem(containsString("Connection refused"))));
        assertFalse(gateway.log().stream().anyMatch(line -> line.startsWith("{")), "JSON only if asked for");
    }

    @Test
    void theDashboardAndTheAlertsAskForWhatThereIs() throws IOException {
        Set<String> asked = new TreeSet<>();
        for (String file : List.of("mqtt-gateway.json", "mqtt-gateway.rules.yml")) {
            Matcher name = METRIC.matcher(Files.readString(Path.of("src/main/grafana", file)));
            while (name.find()) {
                asked.add(name.group());
            }
        }
        assertTrue(asked.contains("mqtt_gateway_webhook_waiting"), asked.toString());
        asked.removeAll(Metrics.of(gateway.management()).names());
        assertEquals(Set.of(), asked);
    }

    @Test
    @NeedsMosquitto
    void aBrokerThatComesLateIsFound() {
        try (Mosquitto late = Mosquitto.startOn(brokerPort)) {
            Awaitility.await("readiness on port " + late.port())
                    .atMost(40, TimeUnit.SECONDS)
                    .until(() -> gateway.management().get("/q/health/ready").statusCode() == 200);
            gateway.postJson("/publish", "{\"topic\":\"away/t\",\"msg\":\"m\"}")
                    .statusCode(200)
                    .body("code", is(0));
        }
        Awaitility.await("away again")
                .until(() -> gateway.management().get("/q/health/ready").statusCode() == 503);
    }
}
