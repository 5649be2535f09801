package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.AnyBroker;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.RawHttp.Answer;

/** The limits that an operator sets hold to the byte, each with its status, and neither a limit nor a refusal writes a secret into the log. */
class LimitsIT {

    private static final int BODY_LIMIT = 6 * 1_000 + 6 * 65_535 + 4_096;
    private static final String OCTETS = "Content-Type: application/octet-stream\r\n";

    private static AnyBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        broker = AnyBroker.start();
        gateway = Gateway.start(
                broker.port(),
                Map.ofEntries(
                        Map.entry("MQTT_MAX_MESSAGE_SIZE", "1000"),
                        Map.entry("MQTT_BULK_LIMIT", "2"),
                        Map.entry("MQTT_PUBLISH_ALLOW", "django/mqtt,sensors/+/temp,$internal/#"),
                        Map.entry("MQTT_HTTP_BODY_TIMEOUT", "1s"),
                        Map.entry("MQTT_LOG_MAX_PAYLOAD", "10"),
                        Map.entry("MQTT_USER", "ada"),
                        Map.entry("MQTT_PASSWORD", "secret-of-mqtt"),
                        Map.entry("MQTT_HTTP_USER", "grace"),
                        Map.entry("MQTT_HTTP_PASSWORD", "secret-of-http"),
                        // The log as wide as it gets without a bug to hunt.
                        Map.entry("QUARKUS_LOG_CATEGORY__ORG_MQTTGATEWAY__LEVEL", "DEBUG")));
        gateway.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        broker.close();
    }

    @Test
    void aPayloadAtTheLimitPassesAndOneByteMoreDoesNot() {
        raw("sensors/1/temp", 1_000).statusCode(200);
        raw("sensors/1/temp", 1_001)
                .statusCode(413)
                .body("code", is(9))
                .body("detail", is("the payload has 1001 bytes, mqtt.max-message-size is 1000"));
        // Bytes of the payload count, not those that escape it.
        json("{\"topic\":\"sensors/1/temp\",\"msg\":\"" + "\\u0041".repeat(1_000) + "\"}")
                .statusCode(200);
        json("{\"topic\":\"sensors/1/temp\",\"msg\":\"" + "ü".repeat(501) + "\"}")
                .statusCode(413);
    }

    @Test
    void aPayloadTooLargeIsOneItemOfABulk() {
        gateway.request()
                .auth()
                .preemptive()
                .basic("grace", "secret-of-http")
                .contentType(ContentType.JSON)
                .body("[{\"topic\":\"sensors/1/temp\",\"msg\":\"" + "x".repeat(1_001)
                        + "\"},{\"topic\":\"sensors/1/temp\",\"msg\":1}]")
                .post("/publish/bulk")
                .then()
                .statusCode(200)
                .body("code", is(List.of(9, 0)));
    }

    @Test
    void aBodyAtTheLimitPassesAndOneByteMoreDoesNot() {
        String padded = "{\"topic\":\"sensors/1/temp\",\"msg\":1}";
        json(padded + " ".repeat(BODY_LIMIT - padded.length())).statusCode(200);
        Answer byLength = send("Content-Length: " + (BODY_LIMIT + 1) + "\r\n", "");
        assertProblem(413, 9, byLength);
        String chunk = Integer.toHexString(BODY_LIMIT + 1) + "\r\n" + " ".repeat(BODY_LIMIT + 1) + "\r\n";
        assertProblem(413, 9, send("Transfer-Encoding: chunked\r\n", chunk));
    }

    @Test
    void aSlowBodyEndsInTime() {
        long start = System.nanoTime();
        assertProblem(408, 3, send("Content-Length: 10\r\n", "{"));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis >= 900 && millis < 10_000, millis + " ms");
        assertProblem(408, 3, send("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"django/mqtt", "sensors/kitchen/temp", "$internal/x", "$internal"})
    void theAllowListLetsIn(String topic) {
        raw(topic, 1).statusCode(200).body("code", is(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"django", "django/mqtt/x", "sensors/a/b/temp", "sensors/temp", "$SYS/x", "Django/mqtt", "/"})
    void theAllowListKeepsOut(String topic) {
        raw(topic, 1)
                .statusCode(403)
                .contentType("application/problem+json")
                .body("code", is(12))
                .body("detail", containsString("mqtt.publish.allow"));
    }

    @Test
    void aLongPayloadIsCutInTheLog() {
        json("{\"topic\":\"django/mqtt\",\"msg\":\"1234567890 and more\"}").statusCode(200);
        gateway.awaitLog("Received message on topic: django/mqtt with payload: 1234567890... (19 bytes in all)");
        assertEquals(List.of(), gateway.log("and more"));
    }

    @Test
    void aMessageCannotForgeALogLine() {
        json("{\"topic\":\"django/mqtt\",\"msg\":\"a\\nforged\"}").statusCode(200);
        gateway.awaitLog("with payload: a\\nforged");
        assertEquals(
                List.of(),
                gateway.log().stream().filter(line -> line.startsWith("forged")).toList());
    }

    @Test
    void noPasswordIsInTheLog() {
        json("{\"topic\":\"django/mqtt\",\"msg\":\"log\"}").statusCode(200);
        gateway.request()
                .auth()
                .preemptive()
                .basic("grace", "secret-guess")
                .get("/publish")
                .then()
                .statusCode(401);
        gateway.awaitLog("with payload: log");
        assertEquals(List.of(), gateway.log("secret-"));
        // Basic credentials as they travel: grace:secret-
        assertEquals(List.of(), gateway.log("Z3JhY2U6c2VjcmV0"));
    }

    private static ValidatableResponse raw(String topic, int bytes) {
        return call().queryParam("topic", topic)
                .contentType("application/octet-stream")
                .body(new byte[bytes])
                .post("/publish")
                .then();
    }

    private static ValidatableResponse json(String body) {
        return call().contentType(ContentType.JSON).body(body).post("/publish").then();
    }

    private static RequestSpecification call() {
        return gateway.request().auth().preemptive().basic("grace", "secret-of-http");
    }

    /** Sends these headers about a body, and this of it. */
    private static Answer send(String length, String body) {
        // grace:secret-of-http
        String credentials = "Authorization: Basic Z3JhY2U6c2VjcmV0LW9mLWh0dHA=\r\n";
        return RawHttp.send(
                gateway.httpPort(),
                RawHttp.withHead(
                        "POST /publish?topic=sensors/1/temp HTTP/1.1\r\n" + OCTETS + credentials + length,
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertProblem(int status, int code, Answer answer) {
        assertEquals(status, answer.status(), answer.body());
        assertEquals("application/problem+json", answer.contentType());
        assertTrue(answer.body().contains("\"code\":" + code), answer.body());
    }
}
