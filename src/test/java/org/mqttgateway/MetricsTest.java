package org.mqttgateway;

import static io.restassured.RestAssured.given;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.InProcessBrokerResource;
import org.mqttgateway.testing.Metrics;

/** What Prometheus finds at {@code /q/metrics}: names and units by its conventions, values that follow what happens, no topic in a label. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class MetricsTest {

    private static final Pattern LABEL = Pattern.compile("[{,]([a-z_]+)=");

    @TestHTTPResource(value = "/", management = true)
    URL management;

    @Test
    void hasTheseNamesAndTypesFromTheStart() {
        Map<String, String> expected = new TreeMap<>(Map.ofEntries(
                entry("mqtt_gateway_published_total", "counter"),
                entry("mqtt_gateway_consumed_total", "counter"),
                entry("mqtt_gateway_dropped_total", "counter"),
                entry("mqtt_gateway_reconnects_total", "counter"),
                entry("mqtt_gateway_confirmation_seconds", "histogram"),
                entry("mqtt_gateway_confirmation_seconds_max", "gauge"),
                entry("mqtt_gateway_idempotency_total", "counter"),
                entry("mqtt_gateway_inflight", "gauge"),
                entry("mqtt_gateway_queued", "gauge"),
                entry("mqtt_gateway_connected", "gauge"),
                entry("mqtt_gateway_protocol_level", "gauge"),
                entry("mqtt_gateway_requests_total", "counter"),
                entry("mqtt_gateway_requests_waiting", "gauge"),
                entry("mqtt_gateway_requests_answer_seconds", "histogram"),
                entry("mqtt_gateway_requests_answer_seconds_max", "gauge"),
                entry("mqtt_gateway_limited_total", "counter"),
                entry("mqtt_gateway_feed_clients", "gauge")));
        assertEquals(expected, metrics().types("mqtt_gateway_"));
    }

    @Test
    void hasEachOutcomeOfAPublishAndEachReasonOfADropFromTheStart() {
        String text = metrics().text();
        for (String outcome : List.of(
                "confirmed",
                "refused",
                "not_connected",
                "queue_full",
                "congested",
                "outcome_unknown",
                "no_properties")) {
            assertTrue(text.contains("mqtt_gateway_published_total{outcome=\"" + outcome + "\",qos=\"1\"} "), outcome);
        }
        for (String outcome : List.of("answered", "unanswered", "refused", "left")) {
            assertTrue(text.contains("mqtt_gateway_requests_total{outcome=\"" + outcome + "\"} "), outcome);
        }
        for (String reason : List.of("rate", "share")) {
            assertTrue(text.contains("mqtt_gateway_limited_total{reason=\"" + reason + "\"} "), reason);
        }
        for (String reason : List.of("queue", "size", "topic", "property", "leftover")) {
            assertTrue(text.contains("mqtt_gateway_dropped_total{reason=\"" + reason + "\"} "), reason);
        }
    }

    @Test
    void saysWhichVersionEachChannelSpeaks() {
        awaitValue("mqtt_gateway_protocol_level{channel=\"messages\"}", 5);
        awaitValue("mqtt_gateway_protocol_level{channel=\"publish\"}", 5);
    }

    @Test
    void countsConfirmedPublishesByQos() {
        Metrics before = metrics();
        for (int qos = 0; qos <= 2; qos++) {
            publish("metrics/published", qos);
        }
        Metrics after = metrics();
        for (int qos = 0; qos <= 2; qos++) {
            String name = "mqtt_gateway_published_total{outcome=\"confirmed\",qos=\"" + qos + "\"}";
            assertEquals(before.value(name) + 1, after.value(name));
        }
        String count = "mqtt_gateway_confirmation_seconds_count";
        assertEquals(before.value(count) + 3, after.value(count));
        assertEquals(after.value(count), after.value("mqtt_gateway_confirmation_seconds_bucket{le=\"+Inf\"}"));
        double seconds = after.value("mqtt_gateway_confirmation_seconds_sum")
                - before.value("mqtt_gateway_confirmation_seconds_sum");
        assertTrue(seconds > 0 && seconds < 15, "three confirmations took " + seconds + " s");
        assertEquals(0, after.value("mqtt_gateway_inflight"));
        assertEquals(0, after.value("mqtt_gateway_queued"));
    }

    @Test
    void countsWhatIsConsumed() {
        awaitValue("mqtt_gateway_connected{channel=\"messages\"}", 1);
        awaitValue("mqtt_gateway_connected{channel=\"publish\"}", 1);
        String name = "mqtt_gateway_consumed_total{qos=\"1\"}";
        double before = metrics().value(name);
        publish("django/mqtt", 1);
        awaitValue(name, before + 1);
    }

    @Test
    void countsListenersWhichAreNoReconnects() throws IOException {
        double reconnects = metrics().value("mqtt_gateway_reconnects_total");
        try (Socket listener = listen("/messages?topic=metrics/feed")) {
            assertTrue(listener.isConnected());
            awaitValue("mqtt_gateway_feed_clients", 1);
        }
        // A heartbeat at the latest finds out that the client has gone.
        awaitValue("mqtt_gateway_feed_clients", 0);
        // The subscription ends after its last listener, on a connection that nobody has lost.
        Awaitility.await()
                .during(500, TimeUnit.MILLISECONDS)
                .until(() -> metrics().value("mqtt_gateway_reconnects_total") == reconnects);
    }

    @Test
    void noLabelHasATopic() {
        publish("metrics/unheard-of", 1);
        String text = metrics().text();
        assertFalse(text.contains("unheard-of"));
        assertFalse(text.contains("django"));
        Set<String> labels = new TreeSet<>();
        text.lines().filter(line -> line.startsWith("mqtt_gateway_")).forEach(line -> {
            Matcher label = LABEL.matcher(line);
            while (label.find()) {
                labels.add(label.group(1));
            }
        });
        assertEquals(Set.of("channel", "le", "outcome", "qos", "reason"), labels);
    }

    private Metrics metrics() {
        return Metrics.of(given().port(management.getPort()));
    }

    private void awaitValue(String name, double value) {
        Awaitility.await(name + " is " + value)
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> metrics().value(name) == value);
    }

    private static void publish(String topic, int qos) {
        given().contentType(ContentType.JSON)
                .body("{\"topic\":\"" + topic + "\",\"msg\":\"m\",\"qos\":" + qos + "}")
                .post("/publish")
                .then()
                .statusCode(200);
    }

    /** A listener of the feed that has got its first bytes. */
    private static Socket listen(String path) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        assertEquals('H', socket.getInputStream().read());
        return socket;
    }
}
