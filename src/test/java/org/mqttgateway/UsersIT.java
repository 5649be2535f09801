package org.mqttgateway;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.AnyBroker;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.RealmPassword;
import org.mqttgateway.testing.SilentServer;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.Tokens;

/** Users and tokens with topics of their own: each publishes and listens to those, inside the lists of the gateway, and to no other. */
@Order(1)
class UsersIT {

    private static final Tokens ISSUER = new Tokens();

    /** {@code hopper}, as {@code htpasswd -B} makes it. */
    private static final String HOPPER = "$2y$10$abcdefghijklmnopqrstuusRwCdKLuPUz4KiP2WI52plfN7gwpdnq";

    /** The same at a higher cost, so that a check takes longer than the requests of a test. */
    private static final String SLOW_HOPPER = "$2y$12$abcdefghijklmnopqrstuu1.413FpdTzTQhxMcomKEm7nU4bs2C4i";

    /** {@code grüße: ü} */
    private static final String GRUESSE = "$2b$05$abcdefghijklmnopqrstuuRrmRWCg53o.egfGKtf0zCKTRhkFOX56";

    /** Networks that attack, each with more connections than may wait of one. Together they once took all places. */
    private static final int NETWORKS = 4;

    private static final int ATTACKERS = 6 * NETWORKS;
    private static final int ATTACK_MILLIS = 20;

    /** Whose passwords are guessed: of a user with a hash, with a plain password, in Quarkus' realm, and of nobody. */
    private static final List<String> VICTIMS = List.of("grace", "ada", "linus", "nobody");

    private static final Map<String, String> CREDENTIALS = new HashMap<>(Map.of(
            "ada", basic("ada", "plain"),
            "grace", basic("grace", "hopper"),
            "heidi", basic("heidi", "grüße: ü"),
            "listener", basic("listener", "only"),
            "mary.j", basic("mary.j", "quoted"),
            "nobody", "",
            "wrong", basic("grace", "wrong")));

    private static AnyBroker broker;
    private static Gateway gateway;

    /** For what is done in bulk: its check of a password takes long, and its issuer of tokens does not answer. */
    private static Gateway attacked;

    private static SilentServer silentIssuer;

    @BeforeAll
    static void start() {
        CREDENTIALS.put("token", bearer(ISSUER.token(List.of("sensors/#", "other/#"), List.of("sensors/+/t"))));
        CREDENTIALS.put("expired", bearer(ISSUER.expired(List.of("sensors/#"), List.of("sensors/#"))));
        CREDENTIALS.put("foreign", bearer(new Tokens().token(List.of("sensors/#"), List.of("sensors/#"))));
        CREDENTIALS.put("claimless", bearer(ISSUER.token(null, null)));
        CREDENTIALS.put("text", bearer(ISSUER.withText("sensors/#")));
        CREDENTIALS.put("broken", bearer(ISSUER.token(List.of("a/#/b", "sensors/#"), null)));
        CREDENTIALS.put("unsigned", bearer(unsigned()));
        broker = AnyBroker.start();
        Map<String, String> settings = new HashMap<>(Map.of(
                "MQTT_PUBLISH_ALLOW", "sensors/#,alarms/#,django/#",
                "MQTT_SUBSCRIBE_ALLOW", "sensors/#,alarms/#",
                "MP_JWT_VERIFY_PUBLICKEY", ISSUER.publicKey()));
        settings.putAll(Map.of(
                "MQTT_HTTP_USERS_ADA_PASSWORD", "plain",
                "MQTT_HTTP_USERS_ADA_PUBLISH", "sensors/#,other/#",
                "MQTT_HTTP_USERS_ADA_SUBSCRIBE", "sensors/+/t",
                "MQTT_HTTP_USERS_GRACE_PASSWORD", HOPPER,
                "MQTT_HTTP_USERS_GRACE_PUBLISH", "alarms/#",
                "MQTT_HTTP_USERS_GRACE_SUBSCRIBE", "alarms/#,django/mqtt"));
        settings.putAll(Map.of(
                "MQTT_HTTP_USERS_HEIDI_PASSWORD", GRUESSE,
                "MQTT_HTTP_USERS_LISTENER_PASSWORD", "only",
                "MQTT_HTTP_USERS_LISTENER_PUBLISH", "",
                "MQTT_HTTP_USERS__MARY_J__PASSWORD", "quoted"));
        gateway = Gateway.start(broker.port(), settings);
        gateway.awaitLog("Subscribed to django/mqtt");
        silentIssuer = new SilentServer();
        attacked = Gateway.start(
                broker.port(),
                Map.of(
                        "MQTT_HTTP_USERS_ADA_PASSWORD",
                        "plain",
                        "MQTT_HTTP_USERS_GRACE_PASSWORD",
                        SLOW_HOPPER,
                        "MQTT_HTTP_USERS_HEIDI_PASSWORD",
                        HOPPER,
                        "QUARKUS_SECURITY_USERS_EMBEDDED_USERS_LINUS",
                        RealmPassword.hash("linus", "kernel"),
                        "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                        "http://127.0.0.1:" + silentIssuer.port() + "/keys",
                        // So that callers of many addresses can be played.
                        "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING",
                        "true",
                        "QUARKUS_HTTP_PROXY_ALLOW_X_FORWARDED",
                        "true"));
        attacked.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() {
        attacked.close();
        silentIssuer.close();
        gateway.close();
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ada, sensors/1/t, 200",
        "ada, alarms/fire, 403",
        "ada, other/t, 403",
        "grace, alarms/fire, 200",
        "grace, sensors/1/t, 403",
        "heidi, sensors/1/t, 200",
        "heidi, other/t, 403",
        "mary.j, alarms/fire, 200",
        "listener, sensors/1/t, 403",
        "token, sensors/1/t, 200",
        "token, alarms/fire, 403",
        "token, other/t, 403",
        "claimless, sensors/1/t, 403",
        "text, sensors/1/t, 403",
        "broken, sensors/1/t, 200",
        "expired, sensors/1/t, 401",
        "foreign, sensors/1/t, 401",
        "unsigned, sensors/1/t, 401",
        "nobody, sensors/1/t, 401",
        "wrong, alarms/fire, 401"
    })
    void publishesToTopicsOfItsOwnOnly(String who, String topic, int status) {
        int code = status == 200 ? 0 : 12;
        String message = "{\"topic\":\"" + topic + "\",\"msg\":\"m\"}";
        as(who).contentType(ContentType.JSON)
                .body(message)
                .post("/publish")
                .then()
                .statusCode(status)
                .body("code", is(code));
        as(who).contentType("application/octet-stream")
                .body(new byte[] {1})
                .post("/publish?topic=" + topic)
                .then()
                .statusCode(status)
                .body("code", is(code));
        ValidatableResponse bulk = as(who).contentType(ContentType.JSON)
                .body("[" + message + ",{\"topic\":\"#\",\"msg\":1}]")
                .post("/publish/bulk")
                .then();
        if (status == 401) {
            bulk.statusCode(401);
        } else {
            bulk.statusCode(200).body("code", equalTo(List.of(code, 3)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ada, sensors/+/t, 200",
        "ada, sensors/1/t, 200",
        "ada, sensors/#, 403",
        "ada, alarms/#, 403",
        "ada, , 403",
        "grace, alarms/#, 200",
        "grace, django/mqtt, 403",
        "grace, , 200",
        "heidi, sensors/#, 200",
        "heidi, , 200",
        "listener, sensors/#, 200",
        "token, sensors/1/t, 200",
        "token, sensors/#, 403",
        "token, , 403",
        "claimless, sensors/1/t, 403",
        "broken, sensors/1/t, 403",
        "expired, sensors/1/t, 401",
        "nobody, sensors/1/t, 401",
        "wrong, alarms/#, 401"
    })
    void listensToTopicsOfItsOwnOnly(String who, String filter, int status) {
        String path = filter == null ? "/messages" : "/messages?topic=" + encoded(filter);
        try (SseClient client = SseClient.open(gateway.httpPort(), path, headers(who))) {
            assertEquals(status, client.status());
            if (status != 200) {
                assertTrue(client.body().contains("\"code\":12"));
            }
        }
    }

    /** The topic of a request is published to, that of its answer is listened to. The gateway's own reply topic is nobody's choice. */
    @ParameterizedTest
    @CsvSource({
        "ada, sensors/1/t, sensors/2/t, 504",
        "ada, sensors/1/t, , 504",
        "ada, alarms/fire, sensors/2/t, 403",
        "ada, alarms/fire, , 403",
        "ada, sensors/1/t, sensors/2, 403",
        "ada, sensors/1/t, alarms/fire, 403",
        "ada, sensors/1/t, $SYS/uptime, 403",
        "grace, alarms/fire, django/mqtt, 403",
        "heidi, sensors/1/t, sensors/2, 504",
        "listener, sensors/1/t, sensors/2, 403",
        "token, sensors/1/t, sensors/2/t, 504",
        "token, sensors/1/t, sensors/2, 403",
        "claimless, sensors/1/t, sensors/2/t, 403",
        "nobody, sensors/1/t, sensors/2/t, 401"
    })
    void asksWhereItMayPublishAndListenOnly(String who, String topic, String replyTo, int status) {
        String replyField = replyTo == null ? "" : ",\"replyTo\":\"" + replyTo + "\"";
        as(who).contentType(ContentType.JSON)
                .body("{\"topic\":\"" + topic + "\",\"msg\":\"m\",\"timeout\":0.3" + replyField + "}")
                .post("/request")
                .then()
                .statusCode(status)
                .body("code", is(status == 504 ? 7 : 12));
        as(who).contentType("text/plain")
                .body("m")
                .post("/request?timeout=0.3&topic=" + topic + (replyTo == null ? "" : "&replyTo=" + replyTo))
                .then()
                .statusCode(status);
    }

    @ParameterizedTest
    @CsvSource({
        "ada, sensors/1/t, 404",
        "ada, sensors/+/t, 200",
        "ada, sensors/#, 403",
        "ada, alarms/#, 403",
        "grace, sensors/1/t, 403",
        "grace, django/mqtt, 403",
        "heidi, sensors/#, 200",
        "listener, sensors/#, 200",
        "token, sensors/+/t, 200",
        "token, sensors/#, 403",
        "claimless, sensors/1/t, 403",
        "nobody, sensors/1/t, 401"
    })
    void readsWhatIsRetainedWhereItMayListen(String who, String filter, int status) {
        as(who).urlEncodingEnabled(false)
                .get("/retained?topic=" + encoded(filter))
                .then()
                .statusCode(status);
    }

    @ParameterizedTest
    @CsvSource({
        "ada, sensors/1/t, 200",
        "ada, other/t, 403",
        "grace, sensors/1/t, 403",
        "listener, sensors/1/t, 403",
        "token, sensors/1/t, 200",
        "claimless, sensors/1/t, 403",
        "nobody, sensors/1/t, 401"
    })
    void clearsWhatIsRetainedWhereItMayPublish(String who, String topic, int status) {
        as(who).delete("/retained?topic=" + topic).then().statusCode(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "wrong"})
    void aStrangerIsToldOfBothWaysToLogIn(String who) {
        publish(as(who))
                .statusCode(401)
                .body("detail", is("send the user name and password of this gateway (Basic) or a token (Bearer)"));
        assertEquals(List.of("basic realm=\"mqtt-gateway\"", "Bearer realm=\"mqtt-gateway\""), challenges(who));
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired", "foreign", "unsigned"})
    void aBadTokenIsCalledOne(String who) {
        publish(as(who)).statusCode(401).body("detail", containsString("the token "));
        assertThat(challenges(who), hasItem(containsString("error=\"invalid_token\"")));
    }

    @Test
    void noPasswordAndNoTokenIsInTheLog() {
        publish(as("token"));
        publish(as("expired"));
        publish(as("grace"));
        for (String secret :
                List.of("hopper", HOPPER, "plain", CREDENTIALS.get("token").substring(7))) {
            assertEquals(List.of(), gateway.log(secret));
        }
    }

    /**
     * Who guesses waits in a short queue, whoever's password it is; others notice nothing, not even who logs in for the first time. A network of
     * IPv6 counts as one address.
     */
    @Test
    void manyRightPasswordsAreCheckedOnceAndWrongOnesInBulkDoNotSlowOthers() {
        Map<String, Set<Integer>> answers = new ConcurrentHashMap<>();
        AtomicInteger guess = new AtomicInteger();
        ScheduledExecutorService attackers = Executors.newScheduledThreadPool(ATTACKERS);
        try {
            aCrowdOfOneUserLogsInAtOnce(attacked);
            for (int i = 0; i < ATTACKERS; i++) {
                String network = "2001:db8:0:" + i % NETWORKS + "::";
                attackers.scheduleWithFixedDelay(
                        () -> {
                            int number = guess.incrementAndGet();
                            String victim = VICTIMS.get(number % VICTIMS.size());
                            RequestSpecification from =
                                    from(network + Integer.toHexString(number), basic(victim, "guess" + number));
                            answers.computeIfAbsent(victim, any -> ConcurrentHashMap.newKeySet())
                                    .add(publish(from).extract().statusCode());
                        },
                        0,
                        ATTACK_MILLIS,
                        TimeUnit.MILLISECONDS);
            }
            Awaitility.await("the attack is under way")
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> answers.values().stream().anyMatch(seen -> seen.containsAll(List.of(401, 503))));
            publish(from("192.0.2.1", basic("heidi", "hopper"))).statusCode(200);
            publish(from("192.0.2.2", basic("linus", "kernel"))).statusCode(200);
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                long sent = System.nanoTime();
                publish(with(attacked, CREDENTIALS.get("ada"))).statusCode(200);
                publish(with(attacked, CREDENTIALS.get("grace"))).statusCode(200);
                millis.add((System.nanoTime() - sent) / 1_000_000);
            }
            millis.sort(null);
            assertTrue(millis.get(millis.size() / 2) < 500, "two publishes took " + millis + " ms");
            // A few guesses a second are checked, whichever victim's.
            Awaitility.await("the same answers for all")
                    .atMost(1, TimeUnit.MINUTES)
                    .until(() -> answers.size() == VICTIMS.size()
                            && answers.values().stream().allMatch(seen -> seen.containsAll(List.of(401, 503))));
        } finally {
            attackers.shutdownNow();
        }
        answers.forEach((victim, seen) -> assertEquals(Set.of(401, 503), seen, victim));
    }

    /** Each token waits for the key on a worker thread; there are not more of them than the workers can spare. */
    @Test
    void anIssuerThatDoesNotAnswerKeepsNobodyElseWaiting() {
        int many = 64;
        ExecutorService callers = Executors.newFixedThreadPool(many);
        try {
            AtomicInteger refused = new AtomicInteger();
            for (int i = 0; i < many; i++) {
                // Half of them end with the gateway, without an answer; their futures keep that to themselves.
                callers.submit(() -> {
                    if (publish(with(attacked, CREDENTIALS.get("token")))
                                    .extract()
                                    .statusCode()
                            == 503) {
                        refused.incrementAndGet();
                    }
                });
            }
            Awaitility.await("half of the tokens are refused")
                    .atMost(15, TimeUnit.SECONDS)
                    .until(() -> refused.get() == many / 2);
            publish(with(attacked, CREDENTIALS.get("ada"))).statusCode(200);
        } finally {
            callers.shutdownNow();
        }
    }

    /** After a start nobody's password has been checked yet; a crowd with the same one waits for one check. */
    private static void aCrowdOfOneUserLogsInAtOnce(Gateway fresh) {
        List<CompletableFuture<Integer>> logins = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            logins.add(Background.supply(() ->
                    publish(with(fresh, CREDENTIALS.get("grace"))).extract().statusCode()));
        }
        logins.forEach(login -> assertEquals(200, login.join()));
    }

    private static List<String> challenges(String who) {
        return publish(as(who)).extract().headers().getValues("WWW-Authenticate");
    }

    private static ValidatableResponse publish(RequestSpecification request) {
        return publish(request, "sensors/1/t");
    }

    private static ValidatableResponse publish(RequestSpecification request, String topic) {
        return request.contentType(ContentType.JSON)
                .body("{\"topic\":\"" + topic + "\",\"msg\":\"m\"}")
                .post("/publish")
                .then();
    }

    private static RequestSpecification as(String who) {
        return with(gateway, CREDENTIALS.get(who));
    }

    private static RequestSpecification with(Gateway which, String credentials) {
        return credentials.isEmpty() ? which.request() : which.request().header("Authorization", credentials);
    }

    /** As a proxy in front of the attacked gateway would pass it on. */
    private static RequestSpecification from(String address, String credentials) {
        return with(attacked, credentials).header("X-Forwarded-For", address);
    }

    private static String[] headers(String who) {
        String credentials = CREDENTIALS.get(who);
        return credentials.isEmpty() ? new String[0] : new String[] {"Authorization", credentials};
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static String bearer(String token) {
        return "Bearer " + token;
    }

    /** A token that claims to need no signature (RFC 7519 section 6). */
    private static String unsigned() {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
                + "."
                + encoder.encodeToString(
                        "{\"sub\":\"x\",\"exp\":99999999999,\"mqtt_publish\":[\"#\"]}".getBytes(StandardCharsets.UTF_8))
                + ".";
    }

    private static String encoded(String filter) {
        return URLEncoder.encode(filter, StandardCharsets.UTF_8);
    }
}
