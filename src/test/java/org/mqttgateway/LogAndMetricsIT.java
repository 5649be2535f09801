package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
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
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Callers;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Ports;

/** What an operator of the packaged gateway sees while the broker is away: metrics that say so, and a log as text or as JSON. */
class LogAndMetricsIT {

    private static final Pattern METRIC = Pattern.compile("\\b(mqtt_gateway|jvm|process|system)_\\w+");

    @Test
    void theLogIsJsonIfAskedFor() {
        try (Gateway gateway = Gateway.start(Ports.free(), Map.of("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true"))) {
            gateway.awaitLog("Cannot connect to");
            gateway.stop();
            List<JsonObject> lines = gateway.log().stream().map(JsonObject::new).toList();
            lines.forEach(line -> assertTrue(
                    line.containsKey("timestamp") && line.containsKey("level") && line.containsKey("message"),
                    line.encode()));
        }
    }

    @Test
    void theLogIsTextByDefaultAndMetricsSayThatTheBrokerIsAway() {
        Map<String, String> small =
                Map.of("MQTT_MAX_INFLIGHT", "1", "MQTT_MAX_QUEUED", "0", "MQTT_PUBLISH_TIMEOUT", "1s");
        try (Gateway gateway = Gateway.start(Ports.free(), small);
                Callers callers = Callers.start(2, gateway.httpPort(), "away/t")) {
            // One caller waits for the broker that is not there, the other one finds the buffer full.
            Awaitility.await("both outcomes").atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
                Metrics metrics = Metrics.of(gateway.management());
                assertTrue(failed(metrics, "not_connected") > 0);
                assertTrue(failed(metrics, "queue_full") > 0);
                assertEquals(1, metrics.value("mqtt_gateway_queued"));
                assertEquals(0, metrics.value("mqtt_gateway_connected{channel=\"publish\"}"));
                assertEquals(0, metrics.value("mqtt_gateway_connected{channel=\"messages\"}"));
            });
            callers.stop();
            gateway.awaitLog("Cannot connect to");
            assertFalse(gateway.log().stream().anyMatch(line -> line.startsWith("{")));
        }
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
        try (Gateway gateway =
                Gateway.start(Ports.free(), Map.of("MQTT_WEBHOOK_URL", "http://127.0.0.1:" + Ports.free()))) {
            asked.removeAll(Metrics.of(gateway.management()).names());
            assertEquals(Set.of(), asked);
        }
    }

    private static double failed(Metrics metrics, String outcome) {
        return metrics.value("mqtt_gateway_published_total{outcome=\"" + outcome + "\",qos=\"1\"}");
    }
}
