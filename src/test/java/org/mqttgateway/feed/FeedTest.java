package org.mqttgateway.feed;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BrokerPort;
import org.mqttgateway.testing.InProcessBrokerResource;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.SseClient.Event;
import org.mqttgateway.testing.TestSubscriber;

/** What a listener of {@code /messages} gets: events as they come, the last ones first, what it missed after a pause; and what is refused. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class FeedTest {

    private static final int REPLAY = 50;

    @BrokerPort
    int brokerPort;

    @Test
    void isAStreamWhoseFirstCommentComesAtOnce() {
        try (SseClient client = listen("/messages")) {
            assertEquals(200, client.status());
            assertTrue(header(client, "Content-Type").startsWith("text/event-stream"));
            assertEquals("no-store", header(client, "Cache-Control"));
            assertEquals("no", header(client, "X-Accel-Buffering"));
            client.awaitComment();
        }
    }

    @Test
    void aMessageOfTheConsumerIsAnEvent() {
        try (SseClient client = listen("/messages");
                TestSubscriber peer = new TestSubscriber(brokerPort, "unused")) {
            String payload = "Grüße 🌍\nsecond line " + UUID.randomUUID();
            Instant before = Instant.now();
            peer.publish("django/mqtt", bytes(payload), MqttQoS.AT_LEAST_ONCE, false);
            Event event = client.awaitData(payload.substring(payload.length() - 36));
            assertEquals("message", event.name());
            assertTrue(event.id().matches("[0-9a-z]+-[1-9]\\d*"));
            Map<String, Object> message = json(event).getMap("");
            assertEquals(Set.of("topic", "payload", "qos", "retain", "receivedAt"), message.keySet());
            assertEquals("django/mqtt", message.get("topic"));
            assertEquals(payload, message.get("payload"));
            assertEquals(1, message.get("qos"));
            assertEquals(false, message.get("retain"));
            Instant receivedAt = Instant.parse((String) message.get("receivedAt"));
            assertFalse(receivedAt.isBefore(before));
            assertTrue(receivedAt.isBefore(before.plus(Duration.ofSeconds(20))));
        }
    }

    @Test
    void bytesThatAreNoTextAreBase64() {
        String topic = topic();
        try (SseClient client = listen(path(topic));
                TestSubscriber peer = new TestSubscriber(brokerPort, "unused")) {
            peer.publish(topic, new byte[] {(byte) 0xff, 0, 1}, MqttQoS.AT_LEAST_ONCE, false);
            JsonPath message = json(client.await(1).get(0));
            assertEquals("/wAB", message.getString("payload"));
            assertEquals("base64", message.getString("encoding"));
        }
    }

    @Test
    void anEmptyPayloadIsAnEmptyText() {
        String topic = topic();
        try (SseClient client = listen(path(topic));
                TestSubscriber peer = new TestSubscriber(brokerPort, "unused")) {
            peer.publish(topic, new byte[0], MqttQoS.AT_LEAST_ONCE, false);
            assertEquals("", json(client.await(1).get(0)).getString("payload"));
        }
    }

    @Test
    void theLastMessagesComeFirst() {
        String run = UUID.randomUUID().toString();
        try (SseClient first = listen("/messages")) {
            publishToConsumer(run, REPLAY + 10);
            first.awaitData(run + " " + (REPLAY + 9) + ".");
            try (SseClient late = listen("/messages")) {
                assertEquals(payloads(run, 10, REPLAY + 10), payloads(late.await(REPLAY)));
                publishToConsumer("live " + run, 1);
                late.awaitData("live " + run + " 0.");
                assertEquals(REPLAY + 1, late.events().size());
            }
        }
    }

    @Test
    void aClientThatComesBackGetsWhatItMissed() {
        String run = UUID.randomUUID().toString();
        try (SseClient before = listen("/messages")) {
            publishToConsumer(run, 10);
            String lastSeen = before.awaitData(run + " 6.").id();
            before.awaitData(run + " 9.");
            try (SseClient back = listen("/messages", "Last-Event-ID", lastSeen)) {
                assertEquals(payloads(run, 7, 10), payloads(back.await(3)));
            }
        }
    }

    @Test
    void anIdOfAnEarlierProcessBringsAllThatIsHeld() {
        String run = UUID.randomUUID().toString();
        try (SseClient before = listen("/messages")) {
            publishToConsumer(run, REPLAY + 10);
            before.awaitData(run + " " + (REPLAY + 9) + ".");
            for (String id : List.of("900000000000000000", "zzzz-3", "-1", "abc")) {
                try (SseClient back = listen("/messages", "Last-Event-ID", id)) {
                    back.awaitData(run + " 0.");
                    back.awaitData(run + " " + (REPLAY + 9) + ".");
                }
            }
        }
    }

    @Test
    void aFilterThatIsListenedToAgainHasKeptWhatCame() {
        String topic = topic();
        try (TestSubscriber peer = new TestSubscriber(brokerPort, "unused")) {
            String seen;
            try (SseClient before = listen(path(topic))) {
                peer.publish(topic, bytes("seen"), MqttQoS.AT_LEAST_ONCE, false);
                seen = before.awaitData("seen").id();
            }
            peer.publish(topic, bytes("missed"), MqttQoS.AT_LEAST_ONCE, false);
            try (SseClient back = listen(path(topic), "Last-Event-ID", seen)) {
                assertEquals(List.of("missed"), payloads(back.await(1)));
            }
        }
    }

    @Test
    void aFilterBringsWhatItMatchesWithTheQosAskedFor() {
        String topic = topic();
        try (SseClient atMostOnce = listen(path(topic + "/+") + "&qos=0");
                SseClient exactlyOnce = listen(path(topic + "/+") + "&qos=2");
                TestSubscriber peer = new TestSubscriber(brokerPort, "unused")) {
            peer.publish(topic + "/a/b", bytes("not matched"), MqttQoS.EXACTLY_ONCE, false);
            peer.publish(topic + "/a", bytes("matched"), MqttQoS.EXACTLY_ONCE, false);
            assertEquals(0, json(atMostOnce.await(1).get(0)).getInt("qos"));
            assertEquals(2, json(exactlyOnce.await(1).get(0)).getInt("qos"));
            assertEquals(topic + "/a", json(exactlyOnce.events().get(0)).getString("topic"));
            assertEquals("matched", json(exactlyOnce.events().get(0)).getString("payload"));
        }
    }

    @Test
    void aRetainedMessageSaysSo() {
        String topic = topic();
        try (TestSubscriber peer = new TestSubscriber(brokerPort, topic)) {
            peer.publish(topic, bytes("kept"), MqttQoS.AT_LEAST_ONCE, true);
            peer.await(1);
            try (SseClient client = listen(path(topic))) {
                assertTrue(json(client.await(1).get(0)).getBoolean("retain"));
            }
        }
    }

    @Test
    void whatIsNoFilterIsRefused() {
        assertInvalid(path("a/#/b"), "topic", "is not a topic filter: # must be the last level");
        assertInvalid(path("a\0b"), "topic", "is not a topic filter: must not contain U+0000");
        // What a plus sign that is not encoded becomes.
        assertInvalid(
                "/messages?topic=sensors/+/t",
                "topic",
                "has a level that is one blank: in a URL the wildcard + is written %2B");
    }

    @Test
    void anEmptyFilterIsNone() {
        String run = UUID.randomUUID().toString();
        try (SseClient client = listen("/messages?topic=")) {
            publishToConsumer(run, 1);
            client.awaitData(run);
        }
    }

    @Test
    void whatIsNoQosIsRefused() {
        assertInvalid(path("a") + "&qos=3", "qos", "must be 0, 1 or 2");
        assertInvalid(path("a") + "&qos=x", "qos", "must be 0, 1 or 2");
    }

    @Test
    void whatIsNoParameterOrIsThereTwiceIsRefused() {
        String names = "is not known; the parameters are topic, qos, after, since, wait and limit";
        assertInvalid("/messages?topics=a", "topics", names);
        assertInvalid("/messages?filter=a&topic=a", "filter", names);
        assertInvalid("/messages?limit=5&limit=7", "limit", "is given twice");
        assertInvalid("/messages?topic=caf%E9", "topic", "is not percent-encoded UTF-8");
    }

    @Test
    void topicsOfTheBrokerAreNotAllowedByDefault() {
        try (SseClient client = SseClient.open(RestAssured.port, path("$SYS/#"))) {
            assertEquals(403, client.status());
            JsonPath problem = JsonPath.from(client.body());
            assertEquals(12, problem.getInt("code"));
            assertTrue(problem.getString("detail").contains("mqtt.subscribe.allow"));
        }
    }

    @Test
    void aSharedSubscriptionIsNotAllowedByDefault() {
        try (SseClient client = SseClient.open(RestAssured.port, path("$share/group/feed/t"))) {
            assertEquals(403, client.status());
            JsonPath problem = JsonPath.from(client.body());
            assertEquals(12, problem.getInt("code"));
            assertTrue(problem.getString("detail").contains("shared subscription"));
        }
    }

    @Test
    void headAndOtherMethodsAreNotThere() {
        given().post("/messages").then().statusCode(405).header("Allow", "GET").body("code", is(3));
        given().head("/messages").then().statusCode(405);
    }

    private static void assertInvalid(String path, String field, String message) {
        try (SseClient client = SseClient.open(RestAssured.port, path)) {
            assertEquals(400, client.status());
            assertEquals("application/problem+json", header(client, "Content-Type"));
            JsonPath problem = JsonPath.from(client.body());
            assertEquals(3, problem.getInt("code"));
            assertEquals(field, problem.getString("violations[0].field"));
            assertEquals(message, problem.getString("violations[0].message"));
        }
    }

    private static SseClient listen(String path, String... headers) {
        SseClient client = SseClient.open(RestAssured.port, path, headers);
        client.awaitComment();
        return client;
    }

    private void publishToConsumer(String run, int count) {
        try (TestSubscriber peer = new TestSubscriber(brokerPort, "unused")) {
            IntStream.range(0, count)
                    .forEach(
                            i -> peer.publish("django/mqtt", bytes(run + " " + i + "."), MqttQoS.AT_LEAST_ONCE, false));
        }
    }

    private static List<String> payloads(String run, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> run + " " + i + ".").toList();
    }

    private static List<String> payloads(List<Event> events) {
        return events.stream().map(event -> json(event).getString("payload")).toList();
    }

    private static JsonPath json(Event event) {
        return JsonPath.from(event.data());
    }

    private static String header(SseClient client, String name) {
        return client.headers().firstValue(name).orElse("");
    }

    /** A topic that no other test uses. */
    private static String topic() {
        return "feed/" + UUID.randomUUID();
    }

    private static String path(String filter) {
        return "/messages?topic=" + URLEncoder.encode(filter, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
