package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.Tokens;

/** No user takes the service from another: each publishes at a rate of its own, and holds at most half of each thing of which there is not enough for all. */
class SharesIT {

    /** Of each user: half of what may wait for the broker, and half of the other limits. */
    private static final int HALF_OF_PUBLISHES = 50;

    private static final int HALF = 2;

    private static final String MESSAGE = "{\"topic\":\"t\",\"msg\":\"m\"}";
    private static final String LIMITED_BY_RATE = "mqtt_gateway_limited_total{reason=\"rate\"}";
    private static final String LIMITED_BY_SHARE = "mqtt_gateway_limited_total{reason=\"share\"}";

    private static final Tokens ISSUER = new Tokens();

    private static ScriptedBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        broker = new ScriptedBroker();
        Map<String, String> settings = new HashMap<>(Map.of(
                "MQTT_MAX_INFLIGHT", "10",
                "MQTT_MAX_QUEUED", "90",
                // The broker stands still for a while in these tests, and no message may end meanwhile.
                "MQTT_PUBLISH_TIMEOUT", "60s",
                "MQTT_FEED_MAX_CLIENTS", "8",
                "MQTT_SUBSCRIBE_MAX_FILTERS", "4",
                "MQTT_REQUEST_MAX_WAITING", "4",
                "MQTT_HTTP_MAX_BODY_MEMORY", "2M"));
        for (String user : List.of("ADA", "BOB", "SLOW", "SLOWER", "FAST")) {
            settings.put("MQTT_HTTP_USERS_" + user + "_PASSWORD", "secret");
        }
        settings.put("MP_JWT_VERIFY_PUBLICKEY", ISSUER.publicKey());
        settings.put("MQTT_HTTP_USERS_SLOW_RATE", "1");
        settings.put("MQTT_HTTP_USERS_SLOWER_RATE", "1");
        settings.put("MQTT_HTTP_USERS_FAST_RATE", "1000");
        gateway = Gateway.start(broker.port(), settings);
        gateway.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        broker.close();
    }

    @Test
    void whileTheBrokerStandsStillOneUserFillsHisHalfAndTheOtherIsAccepted() {
        double refused = metric(LIMITED_BY_SHARE);
        broker.freeze();
        CompletableFuture<List<Integer>> ofAda;
        CompletableFuture<List<Integer>> ofBob;
        try {
            ofAda = Background.supply(() -> bulk("ada", HALF_OF_PUBLISHES + 10));
            awaitWaiting(HALF_OF_PUBLISHES);
            refusedForItsShare(json("ada", "/publish", MESSAGE), 1)
                    .body("detail", containsString("the broker does not have this one"));
            ofBob = Background.supply(() -> bulk("bob", HALF_OF_PUBLISHES));
            awaitWaiting(2 * HALF_OF_PUBLISHES);
        } finally {
            broker.thaw();
        }
        assertEquals(
                Stream.concat(Collections.nCopies(HALF_OF_PUBLISHES, 0).stream(), Collections.nCopies(10, 15).stream())
                        .toList(),
                ofAda.join());
        assertEquals(Collections.nCopies(HALF_OF_PUBLISHES, 0), ofBob.join());
        assertEquals(refused + 11, metric(LIMITED_BY_SHARE));
        json("ada", "/publish", MESSAGE).statusCode(200);
    }

    private static void awaitWaiting(int messages) {
        Awaitility.await(messages + " wait for the broker")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> metric("mqtt_gateway_inflight") + metric("mqtt_gateway_queued") == messages);
    }

    @Test
    void oneUserHasHalfOfThePlacesOfListeners() {
        List<SseClient> listeners = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                listeners.add(listen("ada", "/messages", 200));
            }
            try (SseClient refused = listen("ada", "/messages", 429)) {
                assertEquals("5", refused.headers().firstValue("Retry-After").orElseThrow());
                assertTrue(refused.body().contains("\"code\":15"), refused.body());
            }
            refusedForItsShare(
                    as("ada").accept(ContentType.JSON).get("/messages?wait=5").then(), 5);
            for (int i = 0; i < 4; i++) {
                listeners.add(listen("bob", "/messages", 200));
            }
            listeners.remove(0).close();
            Awaitility.await("the place is free again")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> {
                        SseClient again =
                                SseClient.open(gateway.httpPort(), "/messages", "Authorization", basic("ada"));
                        listeners.add(again);
                        return again.status() == 200;
                    });
        } finally {
            listeners.forEach(SseClient::close);
        }
        awaitNobodyListens();
    }

    /** Whichever of its tokens a subject shows, and although a user has the same name. */
    @Test
    void theSubjectOfTokensIsOneWhoShares() {
        List<SseClient> listeners = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                listeners.add(listenAs(bearer("bob"), "/messages", 200));
            }
            listenAs(bearer("bob"), "/messages", 429).close();
            listeners.add(listenAs(bearer("carol"), "/messages", 200));
            listeners.add(listen("bob", "/messages", 200));
        } finally {
            listeners.forEach(SseClient::close);
        }
        awaitNobodyListens();
    }

    /** A filter counts once for each who listens to it, however many listeners he has there, and for others who listen to it too. */
    @Test
    void oneUserHasHalfOfTheFilters() {
        List<SseClient> listeners = new ArrayList<>();
        try {
            listeners.add(listen("ada", "/messages?topic=f/1", 200));
            listeners.add(listen("ada", "/messages?topic=f/2", 200));
            listeners.add(listen("ada", "/messages?topic=f/1", 200));
            try (SseClient refused = listen("ada", "/messages?topic=f/3", 429)) {
                assertTrue(refused.body().contains("mqtt.subscribe.max-filters"), refused.body());
            }
            listeners.add(listen("bob", "/messages?topic=f/1", 200));
            listeners.add(listen("bob", "/messages?topic=f/3", 200));
            listen("bob", "/messages?topic=f/4", 429).close();
        } finally {
            listeners.forEach(SseClient::close);
        }
        awaitNobodyListens();
        // What is kept for a while after its last listener is nobody's.
        listeners.clear();
        listeners.add(listen("ada", "/messages?topic=f/5", 200));
        listeners.add(listen("ada", "/messages?topic=f/6", 200));
        listeners.forEach(SseClient::close);
        awaitNobodyListens();
    }

    /** Of the filters of one stream too each counts, and if there is no place for one of them none is taken. */
    @Test
    void aStreamOfSeveralFiltersTakesAPlaceForEachOrNone() {
        List<SseClient> listeners = new ArrayList<>();
        try {
            listeners.add(listen("ada", "/messages?topic=s/1", 200));
            listen("ada", "/messages?topic=s/2&topic=s/3", 429).close();
            listeners.add(listen("ada", "/messages?topic=s/2&topic=s/1", 200));
            listen("ada", "/messages?topic=s/3", 429).close();
            listeners.add(listen("bob", "/messages?topic=s/1&topic=s/3", 200));
        } finally {
            listeners.forEach(SseClient::close);
        }
        awaitNobodyListens();
    }

    private static void awaitNobodyListens() {
        Awaitility.await("nobody listens")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> metric("mqtt_gateway_feed_clients") == 0);
    }

    @Test
    void oneUserHasHalfOfTheRequestsThatWait() {
        String request = "{\"topic\":\"t\",\"msg\":\"m\",\"timeout\":1,\"replyTo\":\"nobody/replies/";
        List<CompletableFuture<Response>> waiting = new ArrayList<>();
        for (int i = 0; i < HALF; i++) {
            String own = request + i + "\"}";
            waiting.add(Background.supply(() -> post("ada", "/request", own)));
        }
        awaitMetric("mqtt_gateway_requests_waiting", HALF);
        refusedForItsShare(json("ada", "/request", request + "2\"}"), 1).body("published", nullValue());
        json("bob", "/request", request + "3\"}").statusCode(504);
        waiting.forEach(answer -> answer.join().then().statusCode(504));
    }

    @Test
    void oneUserHasHalfOfTheReadsThatWait() {
        broker.freeze();
        List<CompletableFuture<Response>> waiting = new ArrayList<>();
        try {
            waiting.addAll(readsOfWhichOneIsRefused("ada"));
            waiting.addAll(readsOfWhichOneIsRefused("bob"));
        } finally {
            broker.thaw();
        }
        assertEquals(2 * HALF, waiting.size());
        waiting.forEach(read -> read.join().then().statusCode(404));
    }

    /** One read more than a user may have; returns those that wait. */
    private static List<CompletableFuture<Response>> readsOfWhichOneIsRefused(String user) {
        List<CompletableFuture<Response>> reads = Stream.generate(
                        () -> Background.supply(() -> as(user).get("/retained?topic=kept")))
                .limit(HALF + 1)
                .toList();
        Awaitility.await("one has its answer").atMost(30, TimeUnit.SECONDS).until(() -> reads.stream()
                .anyMatch(CompletableFuture::isDone));
        Map<Boolean, List<CompletableFuture<Response>>> done =
                reads.stream().collect(Collectors.partitioningBy(CompletableFuture::isDone));
        assertEquals(1, done.get(true).size());
        refusedForItsShare(done.get(true).get(0).join().then(), 1);
        return done.get(false);
    }

    /** One user's bodies come slowly, or not at all; those of the other are read. */
    @Test
    void oneUserHasHalfOfTheMemoryForBodies() throws IOException {
        byte[] body = new byte[600_000];
        String head = "POST /publish?topic=t HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nAuthorization: "
                + basic("ada") + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), gateway.httpPort())) {
            slow.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Awaitility.await("it counts")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> raw("ada", body).statusCode() == 429);
            refusedForItsShare(raw("ada", body).then(), 1)
                    .body("detail", containsString("the broker does not have the message"));
            raw("bob", body).then().statusCode(200);
        }
        Awaitility.await("it is given back")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> raw("ada", body).statusCode() == 200);
    }

    private static Response raw(String user, byte[] body) {
        return as(user).contentType("text/plain").body(body).post("/publish?topic=t");
    }

    /** A bulk passes at any size, and whoever has sent it waits until the rate has caught up. Here that takes longer than the test. */
    @Test
    void beyondTheRateNothingIsPublishedAndAnswersSayWhenToComeBack() {
        double refused = metric(LIMITED_BY_RATE);
        int items = HALF_OF_PUBLISHES;
        as("slow")
                .contentType(ContentType.JSON)
                .body(items(items))
                .post("/publish/bulk")
                .then()
                .statusCode(200)
                .header("RateLimit-Policy", "\"publish\";q=1;w=1")
                .header("RateLimit", "\"publish\";r=0;t=" + items)
                .body("code", is(Collections.nCopies(items, 0)));
        int published = broker.published().size();
        List<ValidatableResponse> answers = List.of(
                json("slow", "/publish", MESSAGE),
                json("slow", "/publish", "{no JSON"),
                as("slow")
                        .contentType("text/plain")
                        .body("m")
                        .post("/publish?topic=t")
                        .then(),
                json("slow", "/publish/bulk", items(2)),
                json("slow", "/request", MESSAGE),
                as("slow")
                        .contentType("text/plain")
                        .body("m")
                        .post("/request?topic=t")
                        .then(),
                as("slow").delete("/retained?topic=t").then());
        for (ValidatableResponse answer : answers) {
            answer.statusCode(429)
                    .contentType("application/problem+json")
                    .header("RateLimit-Policy", "\"publish\";q=1;w=1")
                    .body("code", is(15))
                    .body("title", is("Too Many Requests"))
                    .body("detail", containsString("the broker does not have this one"));
            String seconds = answer.extract().header("Retry-After");
            assertTrue(Integer.parseInt(seconds) <= items && Integer.parseInt(seconds) > 0, seconds);
            answer.header("RateLimit", "\"publish\";r=0;t=" + seconds);
        }
        assertEquals(published, broker.published().size());
        assertEquals(refused + answers.size(), metric(LIMITED_BY_RATE));
        as("slow").accept(ContentType.JSON).get("/messages").then().statusCode(200);
        as("slow").get("/retained?topic=t").then().statusCode(404);
        json("ada", "/publish", MESSAGE).statusCode(200).header("RateLimit", nullValue());
    }

    @Test
    void whereThereIsARateEachAnswerSaysWhatIsLeft() {
        for (ValidatableResponse answer : List.of(
                json("fast", "/publish", MESSAGE),
                json("fast", "/publish", "{no JSON"),
                json("fast", "/publish/bulk", items(3)),
                as("fast")
                        .contentType("text/plain")
                        .body("m")
                        .post("/publish?topic=t")
                        .then(),
                as("fast").delete("/retained?topic=t").then())) {
            answer.header("RateLimit-Policy", "\"publish\";q=1000;w=1")
                    .header("RateLimit", matchesPattern("\"publish\";r=99\\d;t=1"));
        }
    }

    /** Whoever goes on at full speed beyond its rate is slowed down, so that it does not take the processor from the others. */
    @Test
    void aRefusalForTheRateComesLate() {
        json("slower", "/publish/bulk", items(40));
        long sent = System.nanoTime();
        json("slower", "/publish", MESSAGE).statusCode(429);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
        assertTrue(millis >= 100, millis + " ms");
    }

    /** The body of a refused request is read, so that the next request is understood. */
    @Test
    void aRefusalLeavesTheConnectionUsable() {
        json("slower", "/publish/bulk", items(40));
        String head = " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: " + basic("slower") + "\r\n";
        String answers = RawHttp.exchange(
                gateway.httpPort(),
                "POST /publish" + head + "Content-Type: application/json\r\nContent-Length: " + MESSAGE.length()
                        + "\r\n\r\n" + MESSAGE + "GET /status" + head + "Connection: close\r\n\r\n");
        assertTrue(answers.startsWith("HTTP/1.1 429 Too Many Requests\r\n"), answers);
        assertTrue(answers.contains("HTTP/1.1 200 OK\r\n"), answers);
    }

    private static String items(int count) {
        return "[" + String.join(",", Collections.nCopies(count, MESSAGE)) + "]";
    }

    private static List<Integer> bulk(String user, int count) {
        return json(user, "/publish/bulk", items(count))
                .statusCode(200)
                .extract()
                .path("code");
    }

    private static ValidatableResponse refusedForItsShare(ValidatableResponse answer, int retryAfter) {
        return answer.statusCode(429)
                .contentType("application/problem+json")
                .header("Retry-After", Integer.toString(retryAfter))
                .body("code", is(15))
                .body("detail", containsString("you hold half of the "));
    }

    private static SseClient listen(String user, String path, int status) {
        return listenAs(basic(user), path, status);
    }

    private static SseClient listenAs(String credentials, String path, int status) {
        SseClient listener = SseClient.open(gateway.httpPort(), path, "Authorization", credentials);
        assertEquals(status, listener.status());
        return listener;
    }

    private static ValidatableResponse json(String user, String path, String body) {
        return post(user, path, body).then();
    }

    private static Response post(String user, String path, String body) {
        return as(user).contentType(ContentType.JSON).body(body).post(path);
    }

    private static RequestSpecification as(String user) {
        return gateway.request().header("Authorization", basic(user));
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
    }

    private static String bearer(String subject) {
        return "Bearer " + ISSUER.of(subject);
    }

    private static void awaitMetric(String name, double value) {
        Awaitility.await(name).atMost(30, TimeUnit.SECONDS).until(() -> metric(name) == value);
    }

    private static double metric(String name) {
        return Metrics.of(gateway.management()).value(name);
    }
}
