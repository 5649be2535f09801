package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.RawHttp.Answer;
import org.mqttgateway.testing.RestrictedGateway;

/** The limits that an operator sets hold to the byte, each with its status, and no message can forge a line of the log. */
@ResourceLock(value = RestrictedGateway.NAME, mode = ResourceAccessMode.READ)
class LimitsIT {

    private static final int PAYLOAD_LIMIT = RestrictedGateway.MAX_MESSAGE_SIZE;
    private static final int BODY_LIMIT = 6 * PAYLOAD_LIMIT + 6 * 65_535 + 4_096;
    private static final String OCTETS = "Content-Type: application/octet-stream\r\n";

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = RestrictedGateway.gateway();
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
    void oneMoreWhoWaitsForAnAnswerIsRefused() {
        CompletableFuture<Response> waiting = Background.supply(() ->
                gateway.request().contentType(ContentType.JSON).body(request(2)).post("/request"));
        Awaitility.await("one waits")
                .until(() -> Metrics.of(gateway.management()).value("mqtt_gateway_requests_waiting") == 1);
        gateway.postJson("/request", request(1)).statusCode(503).body("code", is(15));
        waiting.join().then().statusCode(504).body("published", is(true));
    }

    /** Where nobody logs in, an address has the rate, with IPv6 a network; behind a proxy the address that the proxy names. */
    @Test
    void eachAddressHasARateOfItsOwn() {
        String full = "\"publish\";r=" + (RestrictedGateway.RATE - 1) + ";t=1";
        assertEquals(full, leftFrom("192.0.2.1"));
        assertEquals(full, leftFrom("192.0.2.2"));
        assertEquals(full, leftFrom("2001:db8:0:2::1"));
        // Two that count together come within a second, sooner or later.
        String one = "\"publish\";r=" + (RestrictedGateway.RATE - 2) + ";t=1";
        Awaitility.await("both count").atMost(10, TimeUnit.SECONDS).until(() -> {
            leftFrom("2001:db8:0:1::1");
            return leftFrom("2001:db8:0:1:ffff::2").equals(one);
        });
    }

    private static String leftFrom(String address) {
        return gateway.request()
                .header("X-Forwarded-For", address)
                .contentType(ContentType.JSON)
                .body("{")
                .post("/publish")
                .then()
                .statusCode(400)
                .header("RateLimit-Policy", "\"publish\";q=" + RestrictedGateway.RATE + ";w=1")
                .extract()
                .header("RateLimit");
    }

    /** Nobody answers it. */
    private static String request(int seconds) {
        return "{\"topic\":\"sensors/1/temp\",\"msg\":1,\"replyTo\":\"h/reply\",\"timeout\":" + seconds + "}";
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

    private static ValidatableResponse raw(String topic, int bytes) {
        return gateway.request()
                .queryParam("topic", topic)
                .contentType("application/octet-stream")
                .body(new byte[bytes])
                .post("/publish")
                .then();
    }

    private static ValidatableResponse json(String body) {
        return gateway.postJson("/publish", body);
    }

    /** Sends these headers about a body, and this of it. */
    private static Answer send(String length, String body) {
        return RawHttp.send(
                gateway.httpPort(),
                RawHttp.withHead(
                        "POST /publish?topic=sensors/1/temp HTTP/1.1\r\n" + OCTETS + length,
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertProblem(int status, int code, Answer answer) {
        assertEquals(status, answer.status(), answer.body());
        assertEquals("application/problem+json", answer.contentType());
        assertTrue(answer.body().contains("\"code\":" + code), answer.body());
    }
}
