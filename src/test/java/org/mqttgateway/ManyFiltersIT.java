package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.Subscribe;

/** A stream of several filters is one stream: each message once, one id for all of it, and it is there for all of its filters or not at all. */
class ManyFiltersIT {

    private static final int MAX_FILTERS = 4;
    private static final int REPLAY = 3;

    private static ScriptedBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        broker = new ScriptedBroker();
        gateway = Gateway.start(
                broker.port(),
                Map.of(
                        "MQTT_SUBSCRIBE_ALLOW", "+/#,$share/named/shared/x",
                        "MQTT_SUBSCRIBE_MAX_FILTERS", Integer.toString(MAX_FILTERS),
                        "MQTT_FEED_REPLAY", Integer.toString(REPLAY)));
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
        Awaitility.await("nobody listens")
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> Metrics.of(gateway.management()).value("mqtt_gateway_feed_clients") == 0);
    }

    @Test
    void aMessageThatSeveralFiltersMatchComesOnce() {
        try (SseClient client = listen("once/#", "once/a", "+/a")) {
            for (int i = 0; i < 3; i++) {
                deliver("once/#", "once/a", "a" + i);
                deliver("+/a", "once/a", "a" + i);
                deliver("once/a", "once/a", "a" + i);
                deliver("once/#", "once/b", "b" + i);
                deliver("+/a", "other/a", "o" + i);
                assertEquals(3 * (i + 1), client.await(3 * (i + 1)).size());
            }
            for (String topic : List.of("a", "b", "o")) {
                assertEquals(
                        List.of(topic + 0, topic + 1, topic + 2),
                        payloads(client).filter(p -> p.startsWith(topic)).toList());
            }
        }
    }

    /** A broker that changes topics decides by the one that it had, or by the other. */
    @Test
    void aMessageThatDoesNotMatchItsFilterIsNotTakenForThatOfAnother() {
        try (SseClient client = listen("rewritten/a", "rewritten/b")) {
            deliver("rewritten/b", "elsewhere", "matches none");
            deliver("rewritten/b", "rewritten/a", "matches another");
            client.awaitData("matches none");
            client.awaitData("matches another");
        }
    }

    @Test
    void ofASharedSubscriptionComesWhatNoOtherFilterBrings() {
        try (SseClient client = listen("$share/named/shared/x", "+/x")) {
            deliver("$share/named/shared/x", "shared/x", "both");
            deliver("+/x", "shared/x", "both");
            deliver("+/x", "shared/x", "not for this member");
            client.awaitData("not for this member");
            assertEquals(
                    List.of("both", "not for this member"), payloads(client).toList());
        }
        try (SseClient client = listen("$share/named/shared/x", "other")) {
            deliver("$share/named/shared/x", "shared/x", "the group");
            client.awaitData("the group");
        }
    }

    @Test
    void aFilterIsSubscribedOnceForAllStreamsAndWhoComesGetsTheLastMessagesOfIt() {
        try (SseClient one = listen("joined/a")) {
            for (int i = 0; i < 5; i++) {
                deliver("joined/a", "joined/a", "before " + i);
            }
            one.await(5);
            try (SseClient two = listen("joined/b", "joined/a", "joined/a")) {
                assertEquals(1, Collections.frequency(broker.subscribed(), "joined/a"));
                two.await(REPLAY);
                deliver("joined/a", "joined/a", "for both");
                deliver("joined/b", "joined/b", "for one");
                one.awaitData("for both");
                two.awaitData("for both");
                two.awaitData("for one");
                assertEquals(
                        List.of("before 2", "before 3", "before 4"),
                        payloads(two).limit(REPLAY).toList());
                assertEquals(REPLAY + 2, two.events().size());
                assertEquals(6, one.events().size());
            }
        }
    }

    @Test
    void whatIsRetainedComesOnce() {
        broker.onSubscribe(subscribe -> {
            broker.grant(subscribe);
            subscribe
                    .connection()
                    .deliver(Delivery.of("kept/a", "on", MqttQoS.AT_LEAST_ONCE).retained());
        });
        try (SseClient client = listen("kept/#", "kept/a")) {
            client.awaitData("on");
            deliver("kept/#", "kept/b", "end");
            client.awaitData("end");
            assertEquals(List.of("on", "end"), payloads(client).toList());
        }
    }

    @Test
    void whoComesBackGetsWhatItMissedByEachFilter() {
        String seen;
        try (SseClient client = listen("back/a", "back/b")) {
            deliver("back/a", "back/a", "seen a");
            client.await(1);
            deliver("back/b", "back/b", "seen b");
            seen = client.awaitData("seen b").id();
        }
        deliver("back/b", "back/b", "missed b");
        deliver("back/a", "back/a", "missed a");
        // In another order it is the same stream.
        try (SseClient client = SseClient.open(gateway.httpPort(), path("back/b", "back/a"), "Last-Event-ID", seen)) {
            client.await(2);
            deliver("back/a", "back/a", "new");
            client.awaitData("new");
            assertEquals(
                    List.of("missed a", "missed b"),
                    payloads(client).limit(2).sorted().toList());
            assertEquals(3, client.events().size());
            assertEquals(1, Collections.frequency(broker.subscribed(), "back/a"));
        }
    }

    @Test
    void pollsFollowEachOther() {
        String next = poll("", "poll/a", "poll/#").getString("next");
        for (int i = 0; i < 5; i++) {
            deliver("poll/#", "poll/a", "a" + i);
            deliver("poll/a", "poll/a", "a" + i);
            JsonPath answer = poll("&wait=20&after=" + next, "poll/a", "poll/#");
            assertEquals(List.of("a" + i), answer.getList("items.payload"));
            assertEquals(0, answer.getInt("dropped"));
            next = answer.getString("next");
        }
    }

    @Test
    void oneFilterThatTheBrokerRefusesRefusesTheStream() {
        broker.onSubscribe(subscribe -> answer(subscribe, "no/2"));
        JsonPath problem = refused(403, "no/1", "no/2", "no/3");
        assertEquals(12, problem.getInt("code"));
        assertTrue(problem.getString("detail").contains("no/2"), problem.getString("detail"));
        // Nothing of it is left.
        listen("no/4", "no/5", "no/6", "no/7").close();
    }

    private static void answer(Subscribe subscribe, String refused) {
        boolean no = subscribe.filters().contains(refused);
        subscribe.connection().suback(subscribe.packetId(), List.of(no ? 0x87 : 1));
    }

    @Test
    void theRefusalOfAStreamDoesNotEndWhatOthersMayComeBackTo() {
        String seen;
        try (SseClient client = listen("others/a")) {
            deliver("others/a", "others/a", "seen");
            seen = client.awaitData("seen").id();
        }
        broker.onSubscribe(subscribe -> answer(subscribe, "others/b"));
        refused(403, "others/a", "others/b");
        deliver("others/a", "others/a", "missed");
        try (SseClient client = SseClient.open(gateway.httpPort(), path("others/a"), "Last-Event-ID", seen)) {
            client.awaitData("missed");
            assertEquals(1, Collections.frequency(broker.subscribed(), "others/a"));
        }
    }

    @Test
    void oneFilterThatTheBrokerRefusesLaterEndsTheStreamsThatHaveIt() {
        try (SseClient with = listen("later/a", "later/b");
                SseClient without = listen("later/a", "later/c")) {
            broker.onSubscribe(subscribe -> answer(subscribe, "later/b"));
            connection("later/b").connection().close();
            with.awaitEnd();
            deliver("later/a", "later/a", "goes on");
            without.awaitData("goes on");
            refused(403, "later/a", "later/b");
        }
    }

    /** Seen before: the stream was opened, and got nothing for ever. */
    @Test
    void aFilterThatTheBrokerTakesBackBeforeTheOthersAreGrantedEndsTheStreamToo() {
        try (SseClient client = listen("pending/a")) {
            broker.onSubscribe(subscribe -> {
                if (!subscribe.filters().contains("pending/b")) {
                    answer(subscribe, "pending/a");
                }
            });
            CompletableFuture<SseClient> opening =
                    Background.supply(() -> SseClient.open(gateway.httpPort(), path("pending/a", "pending/b")));
            awaitAsked("pending/b", 1);
            connection("pending/a").connection().close();
            client.awaitEnd();
            Subscribe pending = connection("pending/b");
            pending.connection().suback(pending.packetId(), List.of(1));
            try (SseClient opened = opening.join()) {
                opened.awaitEnd();
            }
        }
    }

    /** Seen before: it was left to the filter that comes first, and so to nobody. */
    @Test
    void whileTheConnectionOfOneFilterIsLostItsMessagesComeByAnother() {
        try (SseClient client = listen("away/a", "away/+")) {
            broker.onSubscribe(subscribe -> {});
            connection("away/a").connection().close();
            awaitAsked("away/a", 2);
            deliver("away/+", "away/a", "meanwhile");
            client.awaitData("meanwhile");
            Subscribe again = connection("away/a");
            again.connection().suback(again.packetId(), List.of(1));
            deliver("away/a", "away/a", "back");
            client.awaitData("back");
            deliver("away/+", "away/a", "back");
            deliver("away/+", "away/b", "last");
            client.awaitData("last");
            assertEquals(List.of("meanwhile", "back", "last"), payloads(client).toList());
        }
    }

    @Test
    void oneFilterThatIsNotAllowedIsNamed() {
        assertTrue(refused(403, "ok/a", "$SYS/x").getString("detail").startsWith("'$SYS/x': "));
        assertTrue(refused(403, "ok/a", "$share/g/ok").getString("detail").startsWith("'$share/g/ok': "));
        JsonPath malformed = refused(400, "ok/a", "a/#/b");
        assertEquals("topic", malformed.getString("violations[0].field"));
        assertEquals(
                "'a/#/b' is not a topic filter: # must be the last level",
                malformed.getString("violations[0].message"));
        assertTrue(refused(400, "ok/a", "").getString("detail").startsWith("topic '' is not a topic filter"));
        assertTrue(refused(400, IntStream.range(0, 21).mapToObj(i -> "ok/a").toArray(String[]::new))
                .getString("detail")
                .contains("topic is given more than 20 times"));
        assertEquals(0, Collections.frequency(broker.subscribed(), "ok/a"));
    }

    @Test
    void aStreamForWhoseFiltersThereIsNoRoomTakesNone() {
        try (SseClient client = listen("room/1", "room/2", "room/3")) {
            JsonPath problem = refused(503, "room/3", "room/4", "room/5");
            assertEquals(15, problem.getInt("code"));
            assertTrue(problem.getString("detail").contains("mqtt.subscribe.max-filters"));
            assertEquals(0, Collections.frequency(broker.subscribed(), "room/4"));
            listen("room/1", "room/4").close();
            assertEquals(200, client.status());
        }
        refused(503, "room/1", "room/2", "room/3", "room/4", "room/5");
    }

    private static SseClient listen(String... filters) {
        SseClient client = SseClient.open(gateway.httpPort(), path(filters));
        assertEquals(200, client.status());
        return client;
    }

    private static JsonPath refused(int status, String... filters) {
        try (SseClient client = SseClient.open(gateway.httpPort(), path(filters))) {
            assertEquals(status, client.status());
            return JsonPath.from(client.body());
        }
    }

    private static JsonPath poll(String query, String... filters) {
        return gateway.request()
                .urlEncodingEnabled(false)
                .accept(ContentType.JSON)
                .get(path(filters) + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static Stream<String> payloads(SseClient client) {
        return client.events().stream().map(event -> JsonPath.from(event.data()).getString("payload"));
    }

    /** Sends a message for one filter, as a broker does that has a session for each. */
    private static void deliver(String filter, String topic, String payload) {
        connection(filter).connection().deliver(Delivery.of(topic, payload, MqttQoS.AT_LEAST_ONCE));
    }

    private static void awaitAsked(String filter, int times) {
        Awaitility.await(filter)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> Collections.frequency(broker.subscribed(), filter) == times);
    }

    private static Subscribe connection(String filter) {
        List<Subscribe> of = broker.subscribes().stream()
                .filter(subscribe -> subscribe.filters().contains(filter))
                .toList();
        return of.get(of.size() - 1);
    }

    private static String path(String... filters) {
        return Stream.of(filters)
                .map(filter -> "topic=" + URLEncoder.encode(filter, StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "/messages?", ""));
    }
}
