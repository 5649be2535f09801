package org.mqttgateway;

import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.AnyBroker;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.RawHttp.Answer;
import org.mqttgateway.testing.RealmPassword;
import org.mqttgateway.testing.RestrictedGateway;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** With users configured nobody else publishes, whatever spelling of a path they try; health and metrics are on a port of their own. */
class AuthenticationIT {

    private static final String WARNING = "Anybody who reaches this service can publish";
    private static final byte[] MESSAGE =
            "{\"topic\":\"sensors/1/temp\",\"msg\":\"m\"}".getBytes(StandardCharsets.UTF_8);

    private static AnyBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        broker = AnyBroker.start();
        gateway = Gateway.start(
                broker.port(),
                Map.of(
                        "MQTT_USER", "gateway",
                        "MQTT_PASSWORD", "secret-of-mqtt",
                        "MQTT_HTTP_USER", "ada",
                        "MQTT_HTTP_PASSWORD", "right: ü",
                        "QUARKUS_SECURITY_USERS_EMBEDDED_USERS_GRACE", RealmPassword.hash("grace", "hopper"),
                        // The log as wide as it gets without a bug to hunt.
                        "QUARKUS_LOG_CATEGORY__ORG_MQTTGATEWAY__LEVEL", "DEBUG"));
        gateway.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        broker.close();
    }

    @Test
    void theConfiguredUserPublishes() {
        publish(as("ada", "right: ü")).statusCode(200).body("code", is(0));
    }

    @Test
    void aUserWithAHashedPasswordPublishes() {
        publish(as("grace", "hopper")).statusCode(200).body("code", is(0));
    }

    @Test
    void nobodyElsePublishes() {
        assertChallenged(publish(gateway.request()));
        assertChallenged(publish(gateway.request().header("Authorization", "Bearer YWRhOnJpZ2h0")));
        assertChallenged(publish(as("", "")));
    }

    @ParameterizedTest
    @CsvSource({
        "ada, wrong",
        "ada, ''",
        "ada, right",
        "Ada, right: ü",
        "nobody, right: ü",
        "grace, wrong",
        "grace, right: ü",
        "ada, hopper",
        "'', right: ü"
    })
    void wrongCredentialsAreChallenged(String user, String password) {
        assertChallenged(publish(as(user, password)));
    }

    @Test
    void theHashIsNoPassword() {
        assertChallenged(publish(as("grace", RealmPassword.hash("grace", "hopper"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ", "Basic %%%", "Basic YWRh", "Basic ÿ", "basic", "Negotiate x"})
    void brokenCredentialsAreNoneAtAll(String authorization) {
        Answer answer = post("/publish", "Authorization: " + authorization + "\r\n");
        assertEquals(401, answer.status(), answer.body());
    }

    /** Spellings of the path that some layer of a server might read as {@code /publish} and another one not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/publish",
                "/publish/bulk",
                "//publish",
                "/./publish",
                "/%70ublish",
                "/publish/",
                "/publish;x",
                "/publish?x=y",
                "/PUBLISH",
                "/publish%2f",
                "/publish%00",
                "/status/../publish",
                "/status/%2e%2e/publish",
                "/status/..%2fpublish",
                "/status/",
                "/status/x",
                "//status",
                "/%73tatus",
                "/status;x",
                "/status;x/../publish",
                "/q/openapi",
                "/q",
                "/",
                "/nothing"
            })
    void everyOtherPathIsClosed(String path) {
        Answer answer = post(path, "");
        assertEquals(401, answer.status(), answer.body());
        assertEquals("application/problem+json", answer.contentType());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"})
    void everyMethodIsClosed(String method) {
        Answer answer = RawHttp.send(gateway.httpPort(), RawHttp.request(method + " /publish", "", new byte[0]));
        assertEquals(401, answer.status(), answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health", "/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics"})
    void healthAndMetricsAreOnThePortOfTheirOwnWithoutAPassword(String path) {
        gateway.management().get(path).then().statusCode(200);
        gateway.request().get(path).then().statusCode(401);
        as("ada", "right: ü").get(path).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/publish", "/publish/bulk", "/messages", "/status", "/", "/q/openapi"})
    void thePortOfHealthAndMetricsHasNothingElse(String path) {
        gateway.management().get(path).then().statusCode(404);
    }

    @Test
    void noPageReadsHealthAndMetrics() {
        gateway.management()
                .header("Origin", "https://example.org")
                .get("/q/metrics")
                .then()
                .statusCode(403)
                .body(is(""));
    }

    @Test
    void strangersLearnNoHostAndNoTopicFromTheStatus() {
        String stranger = status(gateway.request());
        assertEquals(
                "{\"broker\":{\"connected\":true,\"version\":\"5\",\"publish\":{\"connected\":true,\"text\":\"connected\"},"
                        + "\"messages\":{\"connected\":true,\"text\":\"connected\"}}}",
                stranger);
        assertEquals(stranger, status(as("ada", "wrong")));
        String user = status(as("ada", "right: ü"));
        assertTrue(user.contains("connected to 127.0.0.1:" + broker.port()), user);
        assertTrue(user.contains("subscribed to django/mqtt with QoS 1"), user);
    }

    private static String status(RequestSpecification request) {
        return request.get("/status").then().statusCode(200).extract().asString();
    }

    @Test
    void anotherOriginStaysOutEvenWithThePassword() {
        publish(as("ada", "right: ü").header("Origin", "https://example.org")).statusCode(403);
    }

    @Test
    @UsesSharedGateway
    @NeedsMosquitto
    void warnsWhereAnybodyCanPublish() {
        assertEquals(List.of(), gateway.log(WARNING));
        Gateway open = SharedGateway.gateway();
        String line = open.awaitLog(WARNING);
        assertEquals(true, line.contains("WARN") && line.contains("mqtt.http.user"), line);
        publish(open.request()).statusCode(200);
        // Credentials that nobody asked for do no harm.
        publish(open.request().auth().preemptive().basic("any", "body")).statusCode(200);
    }

    @Test
    void hashedPasswordsAloneCloseTheGateway() {
        try (Gateway closed = Gateway.start(
                broker.port(),
                Map.of("QUARKUS_SECURITY_USERS_EMBEDDED_USERS_GRACE", RealmPassword.hash("grace", "hopper")))) {
            publish(closed.request()).statusCode(401);
            publish(closed.request().auth().preemptive().basic("grace", "hopper"))
                    .statusCode(200);
            assertEquals(List.of(), closed.log(WARNING));
        }
    }

    @Test
    @ResourceLock(value = RestrictedGateway.NAME, mode = ResourceAccessMode.READ)
    void permissionsOfQuarkusHoldWithoutUsers() {
        Gateway open = RestrictedGateway.gateway();
        open.request().get("/q/openapi").then().statusCode(401);
        publish(open.request()).statusCode(200);
    }

    @Test
    void noPasswordIsInTheLog() {
        as("ada", "right: ü")
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"django/mqtt\",\"msg\":\"log\"}")
                .post("/publish")
                .then()
                .statusCode(200);
        as("ada", "secret-guess").get("/publish").then().statusCode(401);
        gateway.awaitLog("with payload: log");
        // The last two are Basic credentials as they travel: ada:right and ada:secret-
        for (String secret : List.of("secret-", "right: ", "hopper", "YWRhOnJpZ2h0", "YWRhOnNlY3JldC")) {
            assertEquals(List.of(), gateway.log(secret));
        }
    }

    private static void assertChallenged(ValidatableResponse response) {
        response.statusCode(401)
                .header("WWW-Authenticate", is("basic realm=\"mqtt-gateway\""))
                .contentType("application/problem+json")
                .body("status", is(401))
                .body("code", is(12))
                .body("violations", nullValue());
    }

    private static RequestSpecification as(String user, String password) {
        // In UTF-8 (RFC 7617 section 2.1).
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return gateway.request()
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }

    private static ValidatableResponse publish(RequestSpecification request) {
        return request.contentType(ContentType.JSON)
                .body(MESSAGE)
                .post("/publish")
                .then();
    }

    /** As bytes: a client would mend the path. */
    private static Answer post(String path, String headers) {
        return RawHttp.send(
                gateway.httpPort(),
                RawHttp.request("POST " + path, "Content-Type: application/json\r\n" + headers, MESSAGE));
    }
}
