package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.restassured.path.json.JsonPath;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.ScriptedConnection;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.UsesSharedGateway;

/** What listeners of filters cost at the broker, and which of them the packaged gateway refuses. */
@Order(1)
class FeedIT {

    private static final int MAX_CLIENTS = 4;

    private static ScriptedBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        broker = new ScriptedBroker();
        gateway = Gateway.start(
                broker.port(),
                Map.of(
                        "MQTT_SUBSCRIBE_ALLOW", "live/#,other,$share/named/live/x",
                        "MQTT_SUBSCRIBE_MAX_FILTERS", "2",
                        "MQTT_FEED_MAX_CLIENTS", Integer.toString(MAX_CLIENTS),
                        "MQTT_PUBLISH_TIMEOUT", "1s",
                        // So that nobody gets what came before he came.
                        "MQTT_FEED_REPLAY", "0"));
        broker.awaitSubscribed(1);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        broker.close();
    }

    @AfterEach
    void grantAgain() {
        broker.grant(MqttQoS.EXACTLY_ONCE);
    }

    @Test
    void equalFiltersShareOneSubscription() {
        try (SseClient one = listen("live/shared")) {
            SseClient other = listen("live/shared");
            assertEquals(1, Collections.frequency(broker.subscribed(), "live/shared"));
            broker.deliver("live/shared", Buffer.buffer("for both"), MqttQoS.AT_LEAST_ONCE);
            one.awaitData("for both");
            other.awaitData("for both");

            other.close();
            broker.deliver("live/shared", Buffer.buffer("for one"), MqttQoS.AT_LEAST_ONCE);
            one.awaitData("for one");
        }
    }

    /** It comes right behind SUBACK, sooner than the listener learns that the filter is granted. */
    @Test
    void whatIsRetainedComesToTheFirstListener() {
        broker.onSubscribe(subscribe -> {
            broker.grant(subscribe);
            String topic = subscribe.filters().get(0);
            broker.deliver(Delivery.of(topic, "on", MqttQoS.AT_LEAST_ONCE).retained());
        });
        for (int i = 0; i < 10; i++) {
            try (SseClient client = listen("live/there/" + i)) {
                client.awaitData("on");
            }
        }
    }

    @Test
    void whoComesBackFindsTheSubscriptionAndWhatItMissed() {
        String seen;
        try (SseClient client = listen("live/again")) {
            broker.deliver("live/again", Buffer.buffer("seen"), MqttQoS.AT_LEAST_ONCE);
            seen = client.awaitData("seen").id();
        }
        broker.deliver("live/again", Buffer.buffer("missed"), MqttQoS.AT_LEAST_ONCE);
        try (SseClient client = SseClient.open(gateway.httpPort(), path("live/again"), "Last-Event-ID", seen)) {
            assertTrue(client.await(1).get(0).data().contains("missed"));
            assertEquals(1, Collections.frequency(broker.subscribed(), "live/again"));
        }
    }

    @Test
    void aStreamThatBreaksBeforeItsFirstMessageMissesNothing() {
        String first;
        try (SseClient client = listen("live/early")) {
            Awaitility.await("an id").until(() -> !client.lastEventId().isEmpty());
            first = client.lastEventId();
            assertEquals(List.of(), client.events());
        }
        broker.deliver("live/early", Buffer.buffer("missed"), MqttQoS.AT_LEAST_ONCE);
        try (SseClient client = SseClient.open(gateway.httpPort(), path("live/early"), "Last-Event-ID", first)) {
            client.awaitData("missed");
        }
    }

    /** The first request of an EventSource can send no header. When it comes back, its URL is still the same. */
    @Test
    void aStreamMayBeginBehindAMessageOrWithATime() {
        try (SseClient all = listen("live/after")) {
            for (String payload : List.of("one", "two", "three")) {
                broker.deliver("live/after", Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE);
                all.awaitData(payload);
            }
            String one = all.events().get(0).id();
            String two = all.events().get(1).id();
            String since = JsonPath.from(all.events().get(2).data()).getString("receivedAt");
            assertEquals("two", firstPayload("&after=" + one));
            assertEquals("three", firstPayload("&after=" + one, "Last-Event-ID", two));
            assertEquals("two", firstPayload("&after=" + one, "Last-Event-ID", ""));
            assertEquals("three", firstPayload("&since=" + since));
            assertEquals("two", firstPayload("&since=" + since + "&after=" + one));
            assertEquals("three", firstPayload("&after=&since=" + since));
        }
    }

    private static String firstPayload(String query, String... headers) {
        try (SseClient client = SseClient.open(gateway.httpPort(), path("live/after") + query, headers)) {
            return JsonPath.from(client.await(1).get(0).data()).getString("payload");
        }
    }

    @Test
    void aFilterWithoutAListenerEndsAfterAWhile() {
        listen("live/kept").close();
        long left = System.nanoTime();
        awaitFeedConnections(0);
        long kept = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - left);
        assertTrue(kept >= 10, "kept for " + kept + " s");
        try (SseClient client = listen("live/kept")) {
            assertEquals(2, Collections.frequency(broker.subscribed(), "live/kept"));
            assertEquals(200, client.status());
        }
    }

    @Test
    void aSharedSubscriptionMustBeNamedByTheAllowList() {
        listen("$share/named/live/x").close();
        assertEquals(12, refused(403, "$share/other/live/x").getInt("code"));
        assertEquals(12, refused(403, "$share/named/live/y").getInt("code"));
    }

    @Test
    void messagesAreAcknowledgedToTheBroker() {
        try (SseClient client = listen("live/acked")) {
            int id = broker.deliver("live/acked", Buffer.buffer("m"), MqttQoS.AT_LEAST_ONCE);
            client.await(1);
            Awaitility.await("PUBACK").until(() -> broker.acknowledged().contains(id));
        }
    }

    @Test
    void aFilterThatIsNotAllowedIsRefused() {
        listen("live/+").close();
        for (String filter : List.of("li/x", "+/x", "other/x")) {
            JsonPath problem = refused(403, filter);
            assertEquals(12, problem.getInt("code"));
            assertTrue(problem.getString("detail").contains("mqtt.subscribe.allow"), filter);
        }
    }

    @Test
    void aFilterThatTheBrokerRefusesIsRefused() {
        broker.grant(MqttQoS.FAILURE);
        JsonPath problem = refused(403, "live/refused");
        assertEquals(12, problem.getInt("code"));
        assertEquals("the broker refused the subscription of live/refused", problem.getString("detail"));
    }

    @Test
    void theStreamOfAFilterThatTheBrokerRefusesLaterEnds() {
        try (SseClient listener = listen("live/later")) {
            broker.grant(MqttQoS.FAILURE);
            broker.newest().close();
            listener.awaitEnd();
            assertEquals(12, refused(403, "live/later").getInt("code"));
        }
    }

    @Test
    void anotherFilterThanTheBrokerMayHoldIsRefusedUntilOneIsFree() {
        try (SseClient one = listen("live/1")) {
            try (SseClient two = listen("live/2")) {
                JsonPath problem = refused(503, "live/3");
                assertEquals(15, problem.getInt("code"));
                assertTrue(problem.getString("detail").contains("mqtt.subscribe.max-filters"));
                // One more listener of a filter that is open costs the broker nothing.
                listen("live/2").close();
                assertEquals(200, one.status());
                assertEquals(200, two.status());
            }
            awaitAccepted("live/3");
        }
    }

    @Test
    void oneMoreListenerIsRefusedUntilOneHasLeft() {
        List<SseClient> clients = new ArrayList<>();
        try {
            // The listeners of an earlier test may just be leaving.
            while (clients.size() < MAX_CLIENTS) {
                clients.add(awaitAccepted());
            }
            try (SseClient oneMore = SseClient.open(gateway.httpPort(), "/messages")) {
                assertEquals(503, oneMore.status());
                assertEquals("5", oneMore.headers().firstValue("Retry-After").orElse(""));
                JsonPath problem = JsonPath.from(oneMore.body());
                assertEquals(15, problem.getInt("code"));
                assertTrue(problem.getString("detail").contains("mqtt.feed.max-clients"));
            }
            clients.remove(0).close();
            clients.add(awaitAccepted());
        } finally {
            clients.forEach(SseClient::close);
        }
    }

    @Test
    @NeedsMosquitto
    @UsesSharedGateway
    void eventsGoOnAfterTheBrokerWasRestarted() {
        Mosquitto mosquitto = SharedGateway.mosquitto();
        Gateway shared = SharedGateway.gateway();
        try (SseClient filter = SseClient.open(shared.httpPort(), "/messages?topic=live/%2B");
                SseClient consumer = SseClient.open(shared.httpPort(), "/messages")) {
            shared.awaitLog("Subscribed to live/+");
            mosquitto.publish("live/a", "before");
            filter.awaitData("before");
            int subscribed = shared.log("Subscribed to django/mqtt").size();
            mosquitto.kill();
            mosquitto.restart();
            shared.awaitLog("Subscribed to live/+", 2);
            shared.awaitLog("Subscribed to django/mqtt", subscribed + 1);
            mosquitto.publish("live/b", "after");
            mosquitto.publish("django/mqtt", "to the consumer");
            assertTrue(filter.await(2).get(1).data().contains("after"));
            consumer.awaitData("to the consumer");
        }
    }

    /** A listener of a filter that the broker has granted. */
    private static SseClient listen(String filter) {
        SseClient client = SseClient.open(gateway.httpPort(), path(filter));
        assertEquals(200, client.status());
        return client;
    }

    private static JsonPath refused(int status, String filter) {
        try (SseClient client = SseClient.open(gateway.httpPort(), path(filter))) {
            assertEquals(status, client.status());
            assertEquals(
                    "application/problem+json",
                    client.headers().firstValue("Content-Type").orElse(""));
            return JsonPath.from(client.body());
        }
    }

    private static void awaitAccepted(String filter) {
        Awaitility.await("a free filter").atMost(10, TimeUnit.SECONDS).until(() -> {
            try (SseClient client = SseClient.open(gateway.httpPort(), path(filter))) {
                return client.status() == 200;
            }
        });
    }

    private static SseClient awaitAccepted() {
        return Awaitility.await("a free place")
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> SseClient.open(gateway.httpPort(), "/messages"), client -> client.status() == 200);
    }

    private static void awaitFeedConnections(long count) {
        Awaitility.await(count + " connections of filters")
                .atMost(40, TimeUnit.SECONDS)
                .until(() -> broker.connections().stream()
                                .filter(ScriptedConnection::isConnected)
                                .filter(connection ->
                                        connection.clientIdentifier().contains("-feed-"))
                                .count()
                        == count);
    }

    private static String path(String filter) {
        return "/messages?topic=" + filter.replace("+", "%2B");
    }
}
