package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.TcpRelay;
import org.mqttgateway.testing.WebhookEndpoint;
import org.mqttgateway.testing.WebhookEndpoint.Received;

/** Several webhooks, and several filters of one. */
@NeedsMosquitto
class WebhooksIT {

    private static final int TOPICS = 5;
    private static final int EACH = 600;
    private static final String[] UNLIMITED = {"max_inflight_messages 0", "max_queued_messages 0"};

    @TempDir
    Path directory;

    private Map<String, String> webhook(String name, int port) {
        String key = "MQTT_WEBHOOKS_" + name.toUpperCase(java.util.Locale.ROOT) + "_";
        return Map.of(
                key + "URL", "http://127.0.0.1:" + port + "/" + name,
                key + "TOPIC", name + "/#",
                key + "IDS_FILE", directory.resolve(name).toString());
    }

    private static List<String> publish(Mosquitto mosquitto, String name) {
        for (int topic = 0; topic < TOPICS; topic++) {
            int first = topic;
            mosquitto.publishLines(
                    name + "/" + topic,
                    1,
                    IntStream.range(0, EACH)
                            .filter(i -> i % TOPICS == first)
                            .mapToObj(i -> name + " " + i)
                            .toList());
        }
        return IntStream.range(0, EACH).mapToObj(i -> name + " " + i).toList();
    }

    private static void awaitAll(WebhookEndpoint endpoint, List<String> sent) {
        Awaitility.await().atMost(90, TimeUnit.SECONDS).until(() -> payloads(endpoint.taken())
                .containsAll(sent));
        for (int topic = 0; topic < TOPICS; topic++) {
            String suffix = "/" + topic;
            List<String> inOrder = endpoint.taken().stream()
                    .filter(request -> request.topic().endsWith(suffix))
                    .map(Received::payload)
                    .distinct()
                    .toList();
            int first = topic;
            assertEquals(
                    IntStream.range(0, sent.size())
                            .filter(i -> i % TOPICS == first)
                            .mapToObj(sent::get)
                            .toList(),
                    inOrder);
        }
    }

    private static Set<String> payloads(List<Received> requests) {
        Set<String> payloads = new HashSet<>();
        requests.forEach(request -> payloads.add(request.payload()));
        return payloads;
    }

    @Test
    void oneThatIsDeadAndOneThatIsSlowHoldUpNoOtherAndAllArriveAfterAKill() {
        int dead = Ports.free();
        try (Mosquitto mosquitto = Mosquitto.start(UNLIMITED);
                WebhookEndpoint quick = WebhookEndpoint.answering(n -> 204);
                WebhookEndpoint slow = WebhookEndpoint.handling((request, n) -> io.vertx.core.Vertx.currentContext()
                        .owner()
                        .setTimer(
                                20, id -> request.response().setStatusCode(204).end()))) {
            Map<String, String> settings = new LinkedHashMap<>(Map.of("MQTT_CLIENT_ID", "many"));
            settings.putAll(webhook("quick", quick.port()));
            settings.putAll(webhook("slow", slow.port()));
            settings.putAll(webhook("dead", dead));
            try (Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
                gateway.awaitLog("Subscribed to ", 4);
                List<String> toDead = publish(mosquitto, "dead");
                List<String> toSlow = publish(mosquitto, "slow");
                List<String> toQuick = publish(mosquitto, "quick");
                awaitAll(quick, toQuick);
                assertTrue(slow.taken().size() < EACH, "the quick one has not waited");
                Metrics metrics = Metrics.of(gateway.management());
                assertEquals(
                        EACH, metrics.value("mqtt_gateway_webhook_total{outcome=\"delivered\",webhook=\"quick\"}"));
                assertEquals(1, metrics.value("mqtt_gateway_connected{channel=\"webhook-dead\"}"));
                gateway.management()
                        .get("/q/health/ready")
                        .then()
                        .statusCode(200)
                        .body(containsString("webhook-dead"))
                        .body(containsString("fails since"));
                gateway.kill();
                try (WebhookEndpoint back = WebhookEndpoint.answering(dead, n -> 204)) {
                    gateway.restart(Map.of());
                    awaitAll(back, toDead);
                    awaitAll(slow, toSlow);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void aMessageThatSeveralFiltersMatchIsPostedOnceAndTheTopicKeepsItsOrder(String version) {
        try (Mosquitto mosquitto = Mosquitto.start(UNLIMITED);
                WebhookEndpoint endpoint = WebhookEndpoint.answering(n -> 204);
                Gateway gateway = Gateway.start(
                        mosquitto.port(),
                        Map.of(
                                "MQTT_VERSION",
                                version,
                                "MQTT_WEBHOOK_URL",
                                endpoint.url(),
                                "MQTT_WEBHOOK_TOPIC",
                                "a/#, +/b, a/b, +/0"))) {
            gateway.awaitLog("Subscribed to ", 5);
            for (int i = 0; i < 100; i++) {
                mosquitto.publish(i % 2 == 0 ? "a/b" : "c/b", "m" + i, "-q", "1");
            }
            mosquitto.publish("the/0", "end", "-q", "1");
            Awaitility.await().until(() -> payloads(endpoint.taken()).contains("end"));
            endpoint.await(101);
            for (int odd = 0; odd < 2; odd++) {
                String topic = odd == 0 ? "a/b" : "c/b";
                int first = odd;
                assertEquals(
                        IntStream.range(0, 50)
                                .mapToObj(i -> "m" + (2 * i + first))
                                .toList(),
                        endpoint.received().stream()
                                .filter(request -> request.topic().equals(topic))
                                .map(Received::payload)
                                .toList());
            }
            assertEquals(101, endpoint.received().size());
        }
    }

    /** With what is added to it, it is larger than any packet that the broker takes. */
    @Test
    void aDeadLetterThatTheBrokerNeverTakesHoldsUpNone() {
        try (Mosquitto mosquitto = Mosquitto.start("max_packet_size 1000");
                WebhookEndpoint endpoint = WebhookEndpoint.answering(n -> 422);
                Gateway gateway = Gateway.start(
                        mosquitto.port(),
                        Map.of(
                                "MQTT_WEBHOOK_URL",
                                endpoint.url(),
                                "MQTT_WEBHOOK_TOPIC",
                                "t",
                                "MQTT_WEBHOOK_DEAD_LETTER",
                                "dead"));
                MosquittoSub dead = MosquittoSub.start(mosquitto.port(), "dead", "%p")) {
            gateway.awaitLog("Subscribed to t with");
            mosquitto.publish("t", "x".repeat(900), "-q", "1");
            mosquitto.publish("t", "small", "-q", "1");
            assertEquals(List.of("small"), dead.await(1));
            String line = gateway.awaitLog("cannot become a dead letter");
            assertTrue(line.contains("ERROR") && line.contains("HTTP 422") && line.contains("xxx"), line);
        }
    }

    @Test
    void whatIsRefusedIsADeadLetterWithItsReasonAndNoneIsMissing() {
        try (Mosquitto mosquitto = Mosquitto.start(UNLIMITED);
                TcpRelay relay = new TcpRelay(mosquitto.port());
                WebhookEndpoint endpoint = WebhookEndpoint.answering(n -> 422);
                Gateway gateway = Gateway.start(
                        relay.port(),
                        Map.of(
                                "MQTT_CLIENT_ID",
                                "dead",
                                "MQTT_WEBHOOKS_SHOP_URL",
                                endpoint.url(),
                                "MQTT_WEBHOOKS_SHOP_TOPIC",
                                "orders/#",
                                "MQTT_WEBHOOKS_SHOP_DEAD_LETTER",
                                "dead/{topic}"))) {
            gateway.awaitLog("Subscribed to orders/#");
            try (MosquittoSub letters = MosquittoSub.start(mosquitto.port(), "dead/#", "%p", "-q", "1")) {
                for (int i = 0; i < 100; i++) {
                    mosquitto.publish("orders/" + i % 3, "m" + i, "-q", "1");
                    if (i == 50) {
                        relay.reset();
                    }
                }
                letters.awaitAll(IntStream.range(0, 100).mapToObj(i -> "m" + i).toList());
            }
            Metrics metrics = Metrics.of(gateway.management());
            assertTrue(metrics.value("mqtt_gateway_webhook_total{outcome=\"dead_lettered\",webhook=\"shop\"}") >= 100);
            assertEquals(0, metrics.value("mqtt_gateway_webhook_total{outcome=\"refused\",webhook=\"shop\"}"));
            String response = gateway.request()
                    .contentType("application/json")
                    .body(
                            "{\"topic\":\"orders/9\",\"msg\":\"last\",\"replyTo\":\"dead/orders/9\",\"properties\":{\"contentType\":\"text/x\",\"userProperties\":{\"site\":\"north\"}}}")
                    .post("/request")
                    .then()
                    .statusCode(200)
                    .extract()
                    .asString();
            JsonPath letter = JsonPath.from(response);
            assertEquals("last", letter.getString("payload"));
            assertEquals("text/x", letter.getString("properties.contentType"));
            assertEquals(
                    Map.of(
                            "site", "north",
                            "dead-letter-topic", "orders/9",
                            "dead-letter-reason", "HTTP 422",
                            "dead-letter-status", "422",
                            "dead-letter-attempts", "1",
                            "dead-letter-webhook", "shop"),
                    letter.getMap("properties.userProperties"));
        }
    }

    @Test
    void eachSenderGetsTheAnswerToHisMessage() {
        CompletableFuture<WebhookEndpoint> requests = new CompletableFuture<>();
        try (Mosquitto mosquitto = Mosquitto.start(UNLIMITED);
                WebhookEndpoint endpoint = WebhookEndpoint.handling((request, n) -> {
                    String payload = requests.join().received().get(n - 1).payload();
                    request.response()
                            .putHeader("Content-Type", "text/x-answer")
                            .end(
                                    switch (payload) {
                                        case "huge" -> "x".repeat(2_000_000);
                                        case "none" -> "";
                                        default -> "re: " + payload;
                                    });
                });
                Gateway gateway = Gateway.start(
                        mosquitto.port(),
                        Map.of(
                                "MQTT_WEBHOOK_URL", endpoint.url(),
                                "MQTT_WEBHOOK_TOPIC", "ask/#",
                                "MQTT_WEBHOOK_REPLY", "true",
                                "MQTT_PUBLISH_ALLOW", "ask/#,mqtt-gateway/#"))) {
            requests.complete(endpoint);
            gateway.awaitLog("Subscribed to ask/#");
            List<CompletableFuture<Response>> answers = IntStream.range(0, 200)
                    .mapToObj(i -> Background.supply(() -> ask(gateway, "ask/" + i, "m" + i)))
                    .toList();
            for (int i = 0; i < 200; i++) {
                JsonPath answer = JsonPath.from(
                        answers.get(i).join().then().statusCode(200).extract().asString());
                assertEquals("re: m" + i, answer.getString("payload"));
                assertEquals("text/x-answer", answer.getString("properties.contentType"));
                // From the request over the message to the service, and back with the reply.
                assertEquals(trace("m" + i), answer.getString("properties.userProperties.traceparent"));
                assertEquals("rojo=1", answer.getString("properties.userProperties.tracestate"));
            }
            for (WebhookEndpoint.Received request : endpoint.received()) {
                assertEquals(trace(request.payload()), request.headers().get("traceparent"));
                assertEquals("rojo=1", request.headers().get("tracestate"));
            }
            mosquitto.publish("ask/me", "m", "-q", "1", "-V", "5", "-D", "PUBLISH", "response-topic", "elsewhere");
            gateway.awaitLog("Its sender, who waits on elsewhere, gets none");
            ask(gateway, "ask/huge", "huge").then().statusCode(504);
            gateway.awaitLog("is larger than mqtt.max-message-size");
            ask(gateway, "ask/none", "none").then().statusCode(504);
            Metrics metrics = Metrics.of(gateway.management());
            assertEquals(200, metrics.value("mqtt_gateway_webhook_total{outcome=\"replied\",webhook=\"\"}"));
            assertEquals(203, metrics.value("mqtt_gateway_webhook_total{outcome=\"delivered\",webhook=\"\"}"));
        }
    }

    @Test
    void healthAndMetricsNameTheOneThatIsGoneAndSayWhereItsIdsAre() {
        try (Mosquitto mosquitto = Mosquitto.start(UNLIMITED);
                WebhookEndpoint gone = WebhookEndpoint.answering(n -> 410);
                WebhookEndpoint there = WebhookEndpoint.answering(n -> 204);
                Gateway gateway = Gateway.start(
                        mosquitto.port(),
                        Map.of(
                                "MQTT_WEBHOOK_URL", there.url(),
                                "MQTT_WEBHOOKS_SHOP_URL", gone.url(),
                                "MQTT_WEBHOOKS_SHOP_IDS_FILE", "/dev/full"))) {
            gateway.awaitLog("Subscribed to django/mqtt", 3);
            mosquitto.publish("django/mqtt", "m", "-q", "1");
            gateway.awaitLog("says that it is gone");
            there.await(1);
            String paused = "mqtt_gateway_webhook_paused{webhook=\"";
            Metrics metrics = Metrics.of(gateway.management());
            assertEquals(1, metrics.value(paused + "shop\"}"));
            assertEquals(0, metrics.value(paused + "\"}"));
            JsonPath health = gateway.management()
                    .get("/q/health/ready")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            String data = "checks.find { it.name == '%s' }.data";
            Map<String, String> shop = health.getMap(String.format(data, "webhook-shop"));
            assertTrue(shop.get("state").startsWith("gone since"), shop.toString());
            assertEquals("in memory, because the file of ids cannot be written", shop.get("ids"));
            assertNull(health.getMap(String.format(data, "webhook")).get("ids"));
        }
    }

    private static String trace(String text) {
        return String.format("00-%032x-00f067aa0ba902b7-01", text.hashCode() & 0xffff_ffffL);
    }

    private static Response ask(Gateway gateway, String topic, String text) {
        return gateway.request()
                .header("traceparent", trace(text))
                .header("tracestate", "rojo=1")
                .contentType("application/json")
                .body("{\"topic\":\"" + topic + "\",\"msg\":\"" + text + "\",\"timeout\":"
                        + (text.startsWith("m") ? 30 : 1) + "}")
                .post("/request");
    }
}
