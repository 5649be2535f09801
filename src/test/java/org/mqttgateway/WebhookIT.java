package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.TcpRelay;
import org.mqttgateway.testing.WebhookEndpoint;
import org.mqttgateway.testing.WebhookEndpoint.Received;

/** The webhook of the packaged gateway with a real broker: nothing is lost, whatever the endpoint does and whoever is killed. */
@NeedsMosquitto
@Order(1)
class WebhookIT {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String FAILS = "fails: Connection refused";
    private static final int TOPICS = 6;
    private static final String[] UNLIMITED = {"max_queued_messages 0", "max_inflight_messages 1000", "log_type all"};
    private static final Pattern SENT_PUBLISH =
            Pattern.compile("Sending PUBLISH to hooked-webhook \\(d\\d, q1, r\\d, m(\\d+),");
    private static final Pattern RECEIVED_PUBACK =
            Pattern.compile("Received PUBACK from hooked-webhook \\(Mid: (\\d+),");

    @TempDir
    Path directory;

    private Map<String, String> settings(int port) {
        return Map.of(
                "MQTT_CLIENT_ID",
                "hooked",
                "MQTT_TOPIC",
                "hook/#",
                "MQTT_WEBHOOK_SECRET",
                SECRET,
                "MQTT_WEBHOOK_IDS_FILE",
                directory.resolve("ids").toString(),
                "MQTT_WEBHOOK_URL",
                "http://ada:lovelace@127.0.0.1:" + port + "/hook?token=hidden");
    }

    @Test
    void anEndpointThatFailsNowAndThenAndOneThatIsDeadOrSlowLoseNothing() {
        int port = Ports.free();
        try (Mosquitto mosquitto = Mosquitto.start(UNLIMITED);
                Gateway gateway = Gateway.start(mosquitto.port(), settings(port))) {
            gateway.awaitLog("Subscribed to hook/#", 2);
            try (WebhookEndpoint endpoint = WebhookEndpoint.answering(port, n -> n % 7 == 0 ? 503 : 204)) {
                List<String> sent = publish(mosquitto, "first", 600);
                awaitTaken(endpoint, sent);
                assertInOrder(endpoint, sent);
                assertAcknowledgedInOrder(mosquitto, 600);
                endpoint.received()
                        .forEach(request -> assertEquals(
                                request.signedWith(SECRET), request.headers().get("webhook-signature")));
                assertEquals(600, ids(endpoint.taken()).size());
                gateway.awaitLog("is back: it failed for");
                assertEquals(600, ids(endpoint.received()).size(), "a repeated message keeps its id");
                assertEquals(
                        600,
                        Metrics.of(gateway.management())
                                .value("mqtt_gateway_webhook_total{outcome=\"delivered\",webhook=\"\"}"));
            }

            List<String> sent = publish(mosquitto, "second", 300);
            gateway.awaitLog("with payload: second 299.");
            gateway.awaitLog("The webhook http://127.0.0.1:" + port + "/hook fails: Connection refused");
            gateway.management()
                    .get("/q/health/ready")
                    .then()
                    .statusCode(200)
                    .body(containsString("127.0.0.1:" + port + "/hook"))
                    .body(containsString("fails since"))
                    .body(not(containsString("lovelace")))
                    .body(not(containsString("hidden")));
            Set<String> refused;
            try (WebhookEndpoint endpoint = WebhookEndpoint.answering(port, n -> 500)) {
                endpoint.await(TOPICS);
                refused = ids(endpoint.received());
            }
            gateway.kill();

            try (WebhookEndpoint endpoint = WebhookEndpoint.answering(port, n -> 204)) {
                gateway.restart(Map.of());
                awaitTaken(endpoint, sent);
                assertInOrder(endpoint, sent);
                Set<String> taken = ids(endpoint.taken());
                assertEquals(300, taken.size());
                assertTrue(taken.containsAll(refused), "a message sent again after a kill keeps its id");
            }
            doesNotWaitForADeadEndpoint(mosquitto, gateway, port);
            waitsForASlowEndpoint(mosquitto, gateway, port);
            assertEquals(List.of(), gateway.log("lovelace"));
            assertEquals(List.of(), gateway.log("hidden"));
            assertEquals(List.of(), gateway.log(SECRET));
        }
    }

    @Test
    void whatIsRetainedIsPostedOnceHoweverOftenTheConnectionIsLost() {
        try (Mosquitto mosquitto = Mosquitto.start(UNLIMITED);
                TcpRelay relay = new TcpRelay(mosquitto.port());
                WebhookEndpoint endpoint = WebhookEndpoint.answering(n -> 204)) {
            List<String> expected = new ArrayList<>(List.of("first", "second", "third"));
            for (int i = 0; i < 3; i++) {
                mosquitto.publish("hook/" + i, expected.get(i), "-r", "-q", i == 2 ? "2" : "1");
            }
            try (Gateway gateway = Gateway.start(relay.port(), settings(endpoint.port()))) {
                endpoint.await(3);
                for (int i = 1; i <= 4; i++) {
                    relay.reset();
                    gateway.awaitLog("Subscribed to hook/#", 2 * (i + 1));
                    mosquitto.publish("hook/new", "new " + i, "-q", "1");
                    String text = "new " + i;
                    expected.add(text);
                    Awaitility.await(text).atMost(30, TimeUnit.SECONDS).until(() -> endpoint.received().stream()
                            .anyMatch(request -> request.payload().equals(text)));
                }
            }
            // A PUBACK may be lost with its connection; then the message comes again, with its id.
            Map<String, String> payloads = new LinkedHashMap<>();
            endpoint.received().forEach(request -> payloads.put(request.id(), request.payload()));
            assertEquals(
                    expected.stream().sorted().toList(),
                    payloads.values().stream().sorted().toList());
        }
    }

    /** What a dead endpoint has not taken is not under way, so there is nothing to wait for. */
    private static void doesNotWaitForADeadEndpoint(Mosquitto mosquitto, Gateway gateway, int port) {
        int before = gateway.log(FAILS).size();
        List<String> sent = publish(mosquitto, "dead", TOPICS);
        gateway.awaitLog(FAILS, before + 1);
        long begin = System.nanoTime();
        assertEquals(143, gateway.stop());
        // The delay for balancers is one second of it, and waiting for the channel would be two more.
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        assertTrue(took < 3_000, took + " ms");
        gateway.restart(Map.of());
        try (WebhookEndpoint endpoint = WebhookEndpoint.answering(port, n -> 204)) {
            awaitTaken(endpoint, sent);
        }
    }

    private static void waitsForASlowEndpoint(Mosquitto mosquitto, Gateway gateway, int port) {
        // Every answer takes 500 ms, which the stop falls into.
        try (WebhookEndpoint endpoint = WebhookEndpoint.handling(port, (request, n) -> {
            request.response().setStatusCode(204);
            io.vertx.core.Vertx.currentContext().owner().setTimer(500, id -> request.response()
                    .end());
        })) {
            List<String> sent = publish(mosquitto, "stopped", 5 * TOPICS);
            endpoint.await(TOPICS + 1);
            assertEquals(143, gateway.stop());
            int atStop = endpoint.received().size();
            assertTrue(atStop < sent.size(), atStop + " sent before the stop");
            gateway.restart(Map.of());
            awaitTaken(endpoint, sent);
            // What was answered while it stopped was acknowledged, up to the first message that was not; what was
            // answered behind that one comes again, because acknowledgements keep the order (section 4.6).
            int again = endpoint.received().size() - sent.size();
            assertTrue(again < atStop, again + " of " + atStop + " were sent twice");
        }
    }

    /** Returns what was published, as "TOPIC PAYLOAD". */
    private static List<String> publish(Mosquitto mosquitto, String name, int count) {
        for (int topic = 0; topic < TOPICS; topic++) {
            int first = topic;
            mosquitto.publishLines(
                    "hook/" + topic,
                    1,
                    IntStream.range(0, count)
                            .filter(i -> i % TOPICS == first)
                            .mapToObj(i -> name + " " + i + ".")
                            .toList());
        }
        return IntStream.range(0, count)
                .mapToObj(i -> "hook/" + i % TOPICS + " " + name + " " + i + ".")
                .toList();
    }

    private static void awaitTaken(WebhookEndpoint endpoint, List<String> sent) {
        Set<String> missing = new HashSet<>(sent);
        Awaitility.await("all are taken").atMost(90, TimeUnit.SECONDS).untilAsserted(() -> {
            missing.removeAll(texts(endpoint.taken()));
            assertEquals(Set.of(), missing);
        });
    }

    private static void assertInOrder(WebhookEndpoint endpoint, List<String> sent) {
        List<String> taken = texts(endpoint.taken());
        for (int topic = 0; topic < TOPICS; topic++) {
            String prefix = "hook/" + topic + " ";
            assertEquals(of(prefix, sent), of(prefix, taken));
        }
    }

    /** The topics end in another order than that of arrival, which the PUBACKs keep (section 4.6). */
    private static void assertAcknowledgedInOrder(Mosquitto mosquitto, int count) {
        Awaitility.await("PUBACKs")
                .until(() -> packetIds(mosquitto, RECEIVED_PUBACK).size() >= count);
        assertEquals(packetIds(mosquitto, SENT_PUBLISH), packetIds(mosquitto, RECEIVED_PUBACK));
    }

    private static List<String> packetIds(Mosquitto mosquitto, Pattern line) {
        return mosquitto.log().stream()
                .map(line::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .toList();
    }

    private static List<String> of(String prefix, List<String> texts) {
        return texts.stream().filter(text -> text.startsWith(prefix)).toList();
    }

    private static List<String> texts(List<Received> requests) {
        return requests.stream()
                .map(request -> request.topic() + " " + request.payload())
                .toList();
    }

    private static Set<String> ids(List<Received> requests) {
        return requests.stream().map(Received::id).collect(Collectors.toSet());
    }
}
