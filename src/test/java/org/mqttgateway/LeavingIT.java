package org.mqttgateway;

import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Leaver;
import org.mqttgateway.testing.Leaver.Way;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.RealmPassword;
import org.mqttgateway.testing.Received;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.Subscribe;
import org.mqttgateway.testing.Tokens;
import org.mqttgateway.testing.WebhookEndpoint;

/**
 * Callers who go away, in each way that there is, while the gateway waits for something: for the check of their credentials, for their body, for the
 * broker, for messages. Each has held something, and all of it must be free for others afterwards.
 */
class LeavingIT {

    /** Places of listeners, and of requests that wait: room for one caller of each way, and as many again. */
    private static final int PLACES = 2 * Way.values().length;

    /** The body of a raw publish; half of it is enough to see whether it was given back. */
    private static final int BODY = 16_000;

    /** Three quarters of {@code mqtt.http.max-body-memory}, which a single body may have, less what the head may count. */
    private static final int LARGEST_BODY = (3 << 18) - (16 << 10);

    /** {@code hopper}, at a cost that takes some time. */
    private static final String SLOW_HOPPER = "$2y$12$abcdefghijklmnopqrstuu1.413FpdTzTQhxMcomKEm7nU4bs2C4i";

    /** Of the same password; each logs in for the first time once. */
    private static final int SLOW_USERS = 4;

    private static final int EVENT_LOOPS = 8;
    private static final String ADA = basic("ada", "plain");
    private static final String BOB = basic("bob", "plain");
    private static final String EVE = basic("eve", "plain");

    /** They take turns, because no user may hold more than half of the places. */
    private static final List<String> ADA_AND_BOB = List.of(ADA, BOB);

    private static final byte[] JSON = bytes("{\"topic\":\"left\",\"msg\":\"m\"}");
    private static final byte[] RAW = new byte[BODY];

    private static final Tokens ISSUER = new Tokens();
    private static final CompletableFuture<Void> KEY_ASKED = new CompletableFuture<>();
    private static final CompletableFuture<Void> KEY_GIVEN = new CompletableFuture<>();

    /** Everything that a caller may ask for; with these topics nobody sees a trace of it but the broker. */
    private static final List<Request> ALL = List.of(
            new Request("POST", "/publish", JSON, "application/json"),
            new Request("POST", "/publish?topic=left", RAW, "application/octet-stream"),
            new Request("POST", "/publish/bulk", bytes("[{\"topic\":\"left\",\"msg\":\"m\"}]"), "application/json"),
            new Request(
                    "POST",
                    "/request",
                    bytes("{\"topic\":\"left\",\"msg\":\"m\",\"replyTo\":\"left/reply\"}"),
                    "application/json"),
            new Request("POST", "/request?topic=left", RAW, "application/octet-stream"),
            new Request("GET", "/retained?topic=left", null, "*/*"),
            new Request("DELETE", "/retained?topic=left", null, "*/*"),
            new Request("GET", "/messages", null, "text/event-stream"),
            new Request("GET", "/messages?topic=left", null, "text/event-stream"),
            new Request("GET", "/messages?wait=30", null, "application/json"),
            new Request("GET", "/messages?wait=30&topic=left", null, "application/json"),
            new Request("GET", "/status", null, "*/*"));

    private static ScriptedBroker broker;
    private static WebhookEndpoint issuer;
    private static Gateway gateway;
    private static int filters;

    /** Publishes that had come when the test began. */
    private int before;

    /** @param type the Content-Type of the body or, without one, what is accepted */
    private record Request(String method, String path, byte[] body, String type) {

        Leaver send(Way way, int bytes, String credentials) {
            return Leaver.send(
                    way,
                    gateway.httpPort(),
                    method,
                    path,
                    body,
                    bytes,
                    body == null ? "Accept" : "Content-Type",
                    type,
                    "Authorization",
                    credentials);
        }

        Leaver send(Way way, String credentials) {
            return send(way, body == null ? 0 : body.length, credentials);
        }
    }

    @BeforeAll
    static void start() {
        broker = new ScriptedBroker();
        issuer = WebhookEndpoint.handling((request, number) -> {
            KEY_ASKED.complete(null);
            KEY_GIVEN.thenRun(() -> request.response()
                    .end("-----BEGIN PUBLIC KEY-----\n" + ISSUER.publicKey() + "\n-----END PUBLIC KEY-----\n"));
        });
        Map<String, String> settings = new HashMap<>(Map.of(
                "MQTT_FEED_MAX_CLIENTS",
                Integer.toString(PLACES),
                "MQTT_REQUEST_MAX_WAITING",
                Integer.toString(PLACES),
                "MQTT_SUBSCRIBE_MAX_FILTERS",
                "1",
                "MQTT_MAX_MESSAGE_SIZE",
                "100000",
                "MQTT_HTTP_MAX_BODY_MEMORY",
                "1M",
                "QUARKUS_SECURITY_USERS_EMBEDDED_USERS_LINUS",
                RealmPassword.hash("linus", "kernel"),
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                issuer.url()));
        for (String user : List.of("ADA", "BOB", "EVE")) {
            settings.put("MQTT_HTTP_USERS_" + user + "_PASSWORD", "plain");
        }
        for (int user = 0; user < SLOW_USERS; user++) {
            settings.put("MQTT_HTTP_USERS_SLOW" + user + "_PASSWORD", SLOW_HOPPER);
        }
        gateway = Gateway.start(broker.port(), settings);
        gateway.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        issuer.close();
        broker.close();
    }

    @BeforeEach
    void count() {
        before = broker.published().size();
    }

    @AfterEach
    void everythingIsFree() {
        broker.behave();
        broker.onSubscribe(broker::grant);
        for (String counter : List.of("feed_clients", "requests_waiting", "inflight", "queued")) {
            awaitGauge(counter, 0);
        }
        allPlacesAreThere(ALL.get(3), "requests_waiting");
        allPlacesAreThere(ALL.get(7), "feed_clients");
        as(ADA).get("/retained?topic=free").then().statusCode(404);
        as(ADA).accept(ContentType.JSON)
                .get("/messages?topic=free/" + filters++)
                .then()
                .statusCode(200);
        Awaitility.await("the largest body has room")
                .until(() -> as(ADA).contentType(ContentType.JSON)
                                .body("{\"topic\":\"free\",\"msg\":\"m\"}" + " ".repeat(LARGEST_BODY - 26))
                                .post("/publish")
                                .statusCode()
                        == 200);
    }

    /** So many may come, and no more. */
    private static void allPlacesAreThere(Request request, String gauge) {
        List<Leaver> waiting = new ArrayList<>();
        for (int place = 0; place < PLACES; place++) {
            waiting.add(request.send(Way.FIN, ADA_AND_BOB.get(place % 2)));
        }
        awaitGauge(gauge, PLACES);
        RequestSpecification further = as(EVE).accept(ContentType.ANY);
        if (request.body() != null) {
            further.contentType(ContentType.JSON).body(request.body());
        }
        further.request(request.method(), request.path()).then().statusCode(503);
        waiting.forEach(Leaver::leave);
        awaitGauge(gauge, 0);
    }

    /** For the first login of a user with a hash. Should one have logged in before all had gone, the next user is tried. */
    @Test
    void whileThePasswordIsChecked() {
        for (int user = 0; user < SLOW_USERS; user++) {
            String credentials = basic("slow" + user, "hopper");
            // The pause after wrong passwords is the time to leave.
            for (int wrong = 0; wrong < 2; wrong++) {
                String guess = basic("slow" + user, "wrong" + wrong);
                Background.run(() -> publish(guess, "guess"));
            }
            List<Leaver> callers = send(ALL, credentials);
            CompletableFuture<Integer> staying = Background.supply(() -> publish(credentials, "stays/password"));
            leave(callers);
            boolean inTime = !staying.isDone();
            assertEquals(200, staying.join());
            if (inTime) {
                close(callers);
                assertNothingDone();
                return;
            }
            before = broker.published().size();
        }
        throw new AssertionError("this machine is too slow: nobody has left in time");
    }

    /** For the key of the issuer, for which a token that comes waits on a worker thread. */
    @Test
    void whileTheTokenIsChecked() {
        String token = "Bearer " + ISSUER.token(List.of("#"), List.of("#"));
        // No more than are checked at the same time.
        List<Leaver> callers = send(List.of(ALL.get(0), ALL.get(3), ALL.get(5), ALL.get(7), ALL.get(8)), token);
        CompletableFuture<Integer> staying = Background.supply(() -> publish(token, "stays/token"));
        KEY_ASKED.orTimeout(20, TimeUnit.SECONDS).join();
        leave(callers);
        KEY_GIVEN.complete(null);
        assertEquals(200, staying.join());
        close(callers);
        assertNothingDone();
    }

    /** In Quarkus' realm, by a worker thread, so soon that nobody can tell who was first. */
    @Test
    void whileTheRealmIsAsked() {
        List<Leaver> callers = send(ALL, basic("linus", "kernel"));
        leave(callers);
        close(callers);
    }

    @Test
    void beforeTheBodyAndInTheMiddleOfIt() {
        List<Request> bodies =
                ALL.stream().filter(request -> request.body() != null).toList();
        for (int half = 0; half < 2; half++) {
            List<Leaver> callers = new ArrayList<>();
            for (Way way : Way.values()) {
                for (Request request : bodies) {
                    callers.add(request.send(way, request.body().length / 2 * half, ADA));
                }
            }
            leave(callers);
            close(callers);
        }
        assertNothingDone();
    }

    @Test
    void whileTheBrokerDoesNotConfirm() {
        broker.confirmOnly(publish -> false);
        List<Leaver> callers =
                send(List.of(ALL.get(0), ALL.get(1), ALL.get(2), ALL.get(3), ALL.get(4), ALL.get(6)), ADA_AND_BOB);
        broker.awaitPublished(before + 5 * Way.values().length + 1);
        leave(callers);
        // Each message has left, whoever waits for the answer. Of those to one replyTo only the first.
        List<Received> published = broker.published();
        published.subList(before, published.size()).forEach(broker::confirm);
        close(callers);
    }

    @Test
    void whileNobodyReplies() {
        List<Leaver> callers = send(List.of(ALL.get(3), ALL.get(4)), ADA_AND_BOB);
        broker.awaitPublished(before + Way.values().length + 1);
        awaitGauge("requests_waiting", PLACES);
        leave(callers);
        close(callers);
    }

    /** For a reply, for what is retained, for a filter: each of these subscribes. */
    @Test
    void whileTheBrokerDoesNotGrant() {
        ConcurrentLinkedQueue<Subscribe> withheld = new ConcurrentLinkedQueue<>();
        broker.onSubscribe(withheld::add);
        List<Request> requests = List.of(
                new Request(
                        "POST",
                        "/request",
                        bytes("{\"topic\":\"left\",\"msg\":\"m\",\"replyTo\":\"never/granted\"}"),
                        "application/json"),
                new Request("GET", "/retained?topic=never/granted", null, "*/*"),
                new Request("GET", "/messages?topic=never/granted", null, "text/event-stream"),
                new Request("GET", "/messages?wait=30&topic=never/granted", null, "application/json"));
        List<Leaver> callers = send(requests, ADA_AND_BOB);
        awaitGauge("requests_waiting", Way.values().length);
        awaitGauge("feed_clients", PLACES);
        Awaitility.await("all have subscribed").until(() -> withheld.size() >= 3);
        leave(callers);
        awaitGauge("feed_clients", 0);
        close(callers);
        Consumer<Subscribe> grant = broker::grant;
        broker.onSubscribe(grant);
        withheld.stream()
                .filter(subscribe -> subscribe.connection().isConnected())
                .forEach(grant);
        assertNothingDone();
    }

    @Test
    void whileTheyListen() {
        for (int stream = 7; stream < 11; stream += 2) {
            List<Leaver> callers = send(List.of(ALL.get(stream), ALL.get(stream + 1)), ADA_AND_BOB);
            awaitGauge("feed_clients", PLACES);
            leave(callers);
            awaitGauge("feed_clients", 0);
            close(callers);
        }
    }

    /** Sends each request once for each way to leave. */
    private static List<Leaver> send(List<Request> requests, String credentials) {
        return send(requests, List.of(credentials));
    }

    /** The same with credentials that take turns. */
    private static List<Leaver> send(List<Request> requests, List<String> credentials) {
        List<Leaver> callers = new ArrayList<>();
        for (Way way : Way.values()) {
            for (Request request : requests) {
                callers.add(request.send(way, credentials.get(callers.size() % credentials.size())));
            }
        }
        return callers;
    }

    /** All go, and each event loop has seen it. */
    private static void leave(List<Leaver> callers) {
        callers.forEach(Leaver::leave);
        for (int loop = 0; loop < EVENT_LOOPS; loop++) {
            assertEquals(
                    200,
                    RawHttp.send(gateway.httpPort(), RawHttp.request("GET /status", "", new byte[0]))
                            .status());
        }
    }

    private static void close(List<Leaver> callers) {
        callers.forEach(Leaver::close);
    }

    /** Nothing was published for them, and no reply of theirs was subscribed. */
    private void assertNothingDone() {
        assertEquals(
                List.of(),
                broker.published().stream()
                        .skip(before)
                        .map(Received::topic)
                        .filter("left"::equals)
                        .toList());
    }

    private static int publish(String credentials, String topic) {
        return as(credentials)
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"" + topic + "\",\"msg\":\"m\"}")
                .post("/publish")
                .statusCode();
    }

    private static RequestSpecification as(String credentials) {
        return gateway.request().header("Authorization", credentials);
    }

    private static void awaitGauge(String name, double value) {
        Awaitility.await(name)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> Metrics.of(gateway.management()).value("mqtt_gateway_" + name), is(value));
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString(bytes(user + ":" + password));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
