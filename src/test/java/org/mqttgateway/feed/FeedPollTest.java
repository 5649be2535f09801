package org.mqttgateway.feed;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.BrokerPort;
import org.mqttgateway.testing.InProcessBrokerResource;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.TestSubscriber;

/** {@code /messages} for those who cannot hold a stream: answers that follow each other without a gap, and a wait for the next message. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class FeedPollTest {

    @TestHTTPResource(value = "/", management = true)
    URL management;

    private static final String JSON = "application/json";

    @BrokerPort
    int brokerPort;

    private final String topic = "poll/" + UUID.randomUUID();

    @Test
    void answersFollowEachOtherWithoutAGap() {
        String next = poll("").getString("next");
        publish(IntStream.range(0, 25).mapToObj(Integer::toString).toList());
        List<String> payloads = new ArrayList<>();
        while (payloads.size() < 25) {
            JsonPath answer = poll("&limit=10&wait=20&after=" + next);
            assertTrue(answer.getList("items").size() <= 10);
            assertEquals(0, answer.getInt("dropped"));
            payloads.addAll(answer.getList("items.payload"));
            next = answer.getString("next");
        }
        assertEquals(IntStream.range(0, 25).mapToObj(Integer::toString).toList(), payloads);
        assertEquals(List.of(), poll("&after=" + next).getList("items"));
        assertEquals(next, poll("&after=" + next).getString("next"));
    }

    @Test
    void aWaitEndsWithTheFirstMessageAndCountsAsAListener() {
        String next = poll("").getString("next");
        CompletableFuture<JsonPath> waiting = Background.supply(() -> poll("&wait=30&after=" + next));
        awaitListeners(1);
        long published = System.nanoTime();
        publish(List.of("awaited"));
        assertEquals(List.of("awaited"), waiting.join().getList("items.payload"));
        Duration took = Duration.ofNanos(System.nanoTime() - published);
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took.toString());
        awaitListeners(0);
    }

    @Test
    void aCallerWhoLeavesIsNoListenerAnyMore() throws IOException {
        String next = poll("").getString("next");
        try (Socket caller =
                SseClient.request(RestAssured.port, "/messages?topic=" + topic + "&wait=30&after=" + next, JSON)) {
            awaitListeners(1);
            assertEquals(0, caller.getInputStream().available());
        }
        awaitListeners(0);
    }

    @Test
    void aWaitWithoutAMessageEndsInTime() {
        String next = poll("").getString("next");
        JsonPath answer = poll("&wait=1&after=" + next);
        assertEquals(List.of(), answer.getList("items"));
        assertEquals(next, answer.getString("next"));
    }

    /** The socket takes it in pieces, and says so while one of them is still being written. */
    @Test
    void aLongAnswerEndsOnce() {
        String large = "x".repeat(200_000);
        try (LogCapture log = new LogCapture("io.quarkus.vertx.core.runtime.VertxCoreRecorder")) {
            // To the end of what other tests have left: an answer may hold a part of it only.
            JsonPath answer = poll("");
            while (!answer.getList("items").isEmpty()) {
                answer = poll("&after=" + answer.getString("next"));
            }
            for (int i = 0; i < 5; i++) {
                String next = answer.getString("next");
                CompletableFuture<JsonPath> waiting = Background.supply(() -> poll("&wait=30&after=" + next));
                awaitListeners(1);
                publish(List.of(large));
                answer = waiting.join();
                assertEquals(List.of(large), answer.getList("items.payload"));
                awaitListeners(0);
            }
            assertEquals(List.of(), log.lines());
        }
    }

    @Test
    void anIdOfAnotherProcessIsKnownAsSuch() {
        poll("");
        publish(List.of("one"));
        JsonPath answer = poll("&wait=20&after=0-7");
        assertEquals(List.of("one"), answer.getList("items.payload"));
        assertTrue(!answer.getString("next").startsWith("0-"));
    }

    @Test
    void aPollMayBeginWithATime() {
        String next = poll("").getString("next");
        publish(List.of("one", "two"));
        while (poll("&after=" + next).getList("items").size() < 2) {
            poll("&wait=1&after=" + next);
        }
        List<String> times = poll("&after=" + next).getList("items.receivedAt");
        assertEquals(List.of("two"), poll("&since=" + times.get(1)).getList("items.payload"));
        // The id wins, and an empty one is none.
        assertEquals(
                List.of("one", "two"),
                poll("&since=" + times.get(1) + "&after=" + next).getList("items.payload"));
        assertEquals(List.of("two"), poll("&after=&since=" + times.get(1)).getList("items.payload"));
        assertEquals(List.of(), poll("&since=2100-01-01T00:00:00.5%2B01:00").getList("items"));
    }

    @ParameterizedTest
    @CsvSource({
        "after, 7",
        "after, a-b",
        "since, 5",
        "since, 2026-11-24",
        "since, 2026-11-24T21:22:47",
        "wait, 31",
        "wait, -1",
        "wait, x",
        "limit, 0",
        "limit, 1001",
        "limit, ''",
        "qos, 3"
    })
    void badValuesAreNamed(String field, String value) {
        given().accept(JSON)
                .queryParam(field, value)
                .get("/messages")
                .then()
                .statusCode(400)
                .body("code", is(3), "violations.field", hasItems(field));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json|application/json",
                "text/event-stream;q=0.5, application/json|application/json",
                "application/*|application/json",
                "application/json;q=0.5, text/html|application/json"
            })
    void theAnswerIsWhatIsAccepted(String accept, String type) {
        given().accept(accept).get("/messages").then().statusCode(200).contentType(startsWith(type));
    }

    @Test
    void whatIsNeitherIsRefused() {
        given().accept("text/html").get("/messages").then().statusCode(406).body("code", is(3));
    }

    private JsonPath poll(String query) {
        return given().urlEncodingEnabled(false)
                .accept(JSON)
                .get("/messages?topic=" + topic + query)
                .then()
                .statusCode(200)
                .contentType(JSON)
                .header("Cache-Control", "no-store")
                .extract()
                .jsonPath();
    }

    private void publish(List<String> payloads) {
        try (TestSubscriber peer = new TestSubscriber(brokerPort, "unused")) {
            payloads.forEach(payload ->
                    peer.publish(topic, payload.getBytes(StandardCharsets.UTF_8), MqttQoS.AT_LEAST_ONCE, false));
        }
    }

    private void awaitListeners(int count) {
        Awaitility.await(count + " listeners")
                .atMost(10, TimeUnit.SECONDS)
                .until(() ->
                        Metrics.of(given().port(management.getPort())).value("mqtt_gateway_feed_clients") == count);
    }
}
