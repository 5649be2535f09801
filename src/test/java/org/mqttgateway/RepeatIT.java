package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.Responder;

/** A publish with an Idempotency-Key may be repeated until it is answered, and the broker gets it once. */
@NeedsMosquitto
class RepeatIT {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static final byte[] ASK = RawHttp.request(
            "POST /request?topic=repeat/ask&replyTo=repeat/answer&timeout=10",
            "Authorization: Basic YWRhOmE=\r\nContent-Type: text/plain\r\nIdempotency-Key: \"ask\"\r\n",
            "it".getBytes(StandardCharsets.US_ASCII));

    private static Mosquitto mosquitto;
    private static Gateway gateway;

    private final AtomicInteger attempts = new AtomicInteger();

    @BeforeAll
    static void start() {
        mosquitto = Mosquitto.startUnlimited();
        gateway = Gateway.start(
                mosquitto.port(),
                Map.of(
                        "MQTT_PUBLISH_TIMEOUT",
                        "2s",
                        "MQTT_HTTP_USERS_ADA_PASSWORD",
                        "a",
                        "MQTT_HTTP_USERS_BOB_PASSWORD",
                        "b"));
        gateway.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        mosquitto.close();
    }

    @Test
    void callersWhoseConnectionsAreCutRepeatUntilTheyAreAnsweredAndNothingComesTwice() {
        int keys = 1_000;
        int callers = 8;
        try (MosquittoSub subscriber =
                MosquittoSub.start(mosquitto.port(), "repeat/cut", "%p|%P", "-V", "5", "-q", "2")) {
            List<CompletableFuture<Void>> all = IntStream.range(0, callers)
                    .mapToObj(caller -> Background.run(() -> {
                        for (int key = caller; key < keys; key += callers) {
                            repeatUntilAnswered(key);
                        }
                    }))
                    .toList();
            all.forEach(CompletableFuture::join);
            assertTrue(attempts.get() >= keys * 4 / 3, attempts + " attempts");
            post("ada", "last", "repeat/cut", "last").statusCode(200);
            Awaitility.await().until(() -> subscriber.messages().contains("last|idempotency-key:last"));
            List<String> came = subscriber.messages();
            assertEquals(keys + 1, came.size());
            Set<String> expected = IntStream.range(0, keys)
                    .mapToObj(key -> key + "|idempotency-key:k" + key)
                    .collect(Collectors.toSet());
            expected.add("last|idempotency-key:last");
            assertEquals(expected, Set.copyOf(came));
        }
    }

    private void repeatUntilAnswered(int key) {
        byte[] request = RawHttp.request(
                "POST /publish?topic=repeat/cut&qos=2",
                "Authorization: Basic YWRhOmE=\r\nContent-Type: text/plain\r\nIdempotency-Key: \"k" + key + "\"\r\n",
                Integer.toString(key).getBytes(StandardCharsets.US_ASCII));
        int status = 0;
        while (status != 200) {
            int attempt = attempts.incrementAndGet();
            if (attempt % 3 == 0) {
                // The answer is there and is not read, or it is not there yet.
                sendAndLeave(request, attempt % 2 == 0);
            } else {
                status = RawHttp.send(gateway.httpPort(), request).status();
                assertTrue(status == 200 || status == 409, "status " + status);
            }
        }
    }

    private static void sendAndLeave(byte[] request, boolean answered) {
        try (Socket caller = RawHttp.connect(gateway.httpPort())) {
            caller.getOutputStream().write(request);
            if (answered) {
                Awaitility.await().until(() -> caller.getInputStream().available() > 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The broker has received the first one and cannot say so; the repeat is answered with what it says later. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsConfirmedLateIsNotPublishedAgain(int qos) {
        String topic = "repeat/late/" + qos;
        try (MosquittoSub subscriber = MosquittoSub.start(mosquitto.port(), topic, "%p", "-q", "2")) {
            mosquitto.freeze();
            post("ada", "late" + qos, topic + "&qos=" + qos, "m")
                    .statusCode(504)
                    .body("code", is(7));
            mosquitto.thaw();
            post("ada", "late" + qos, topic + "&qos=" + qos, "m")
                    .statusCode(200)
                    .header("Idempotency-Replayed", "true");
            post("ada", "after" + qos, topic, "after").statusCode(200);
            Awaitility.await().until(() -> subscriber.messages().contains("after"));
            List<String> came = subscriber.messages();
            // With QoS 1 the session may have sent it again when it was resumed, as MQTT has it.
            assertEquals(
                    List.of("m", "after"),
                    qos == 2 ? came : came.stream().distinct().toList());
        }
    }

    @Test
    void aKeyIsForOneContentAndOneUser() {
        post("ada", "one", "repeat/one", "m").statusCode(200).header("Idempotency-Replayed", nullValue());
        post("ada", "one", "repeat/one", "m").statusCode(200).header("Idempotency-Replayed", "true");
        for (String[] other :
                new String[][] {{"repeat/one", "other"}, {"repeat/other", "m"}, {"repeat/one&retain=false", "m"}}) {
            post("ada", "one", other[0], other[1])
                    .statusCode(422)
                    .contentType("application/problem+json")
                    .body("detail", containsString("use a new key for each request"));
        }
        post("bob", "one", "repeat/one", "bobs").statusCode(200).header("Idempotency-Replayed", nullValue());
        post("ada", "o n e", "repeat/one", "m").statusCode(400).body("violations[0].field", is("Idempotency-Key"));
        assertTrue(count("mismatch") >= 3);
    }

    @Test
    void ofTwoAtOnceOneIsDone() {
        double begun = count("new");
        mosquitto.freeze();
        CompletableFuture<Integer> first = Background.supply(
                () -> post("ada", "two", "repeat/two", "m").extract().statusCode());
        Awaitility.await().until(() -> count("new") > begun);
        post("ada", "two", "repeat/two", "m").statusCode(409).header("Retry-After", "1");
        mosquitto.thaw();
        assertEquals(200, first.join());
        post("ada", "two", "repeat/two", "m").statusCode(200).header("Idempotency-Replayed", "true");
    }

    @Test
    void ofABulkOnlyWhatTheBrokerDoesNotHaveIsPublishedAgain() {
        try (MosquittoSub subscriber =
                MosquittoSub.start(mosquitto.port(), "repeat/bulk/#", "%p|%P", "-V", "5", "-q", "2")) {
            String body =
                    "[{\"topic\":\"repeat/bulk/a\",\"msg\":\"a\"},{\"topic\":\"repeat/+\",\"msg\":\"\"},{\"topic\":\"repeat/bulk/b\",\"msg\":\"b\"}]";
            bulk(body).header("Idempotency-Replayed", nullValue()).body("code", is(List.of(0, 3, 0)));
            bulk(body).header("Idempotency-Replayed", "false").body("code", is(List.of(0, 3, 0)));
            post("ada", "after-bulk", "repeat/bulk/c", "c").statusCode(200);
            assertEquals(
                    List.of("a|idempotency-key:bulk.0", "b|idempotency-key:bulk.2", "c|idempotency-key:after-bulk"),
                    subscriber.await(3));
        }
    }

    @Test
    void theTraceOfARequestGoesOnWithItsMessages() {
        try (MosquittoSub subscriber =
                MosquittoSub.start(mosquitto.port(), "repeat/trace", "%p|%P", "-V", "5", "-q", "1")) {
            gateway.request()
                    .auth()
                    .preemptive()
                    .basic("ada", "a")
                    .header("traceparent", TRACE)
                    .header("tracestate", "rojo=1,congo=2")
                    .contentType(ContentType.JSON)
                    .body(
                            "{\"topic\":\"repeat/trace\",\"msg\":\"json\",\"properties\":{\"userProperties\":{\"own\":\"1\"}}}")
                    .post("/publish")
                    .then()
                    .statusCode(200);
            gateway.request()
                    .auth()
                    .preemptive()
                    .basic("ada", "a")
                    .header("traceparent", TRACE.toUpperCase())
                    .header("tracestate", "rojo=1")
                    .header("baggage", "secret=1")
                    .body("malformed")
                    .post("/publish?topic=repeat/trace")
                    .then()
                    .statusCode(200);
            assertEquals(
                    List.of("json|own:1 traceparent:" + TRACE + " tracestate:rojo=1,congo=2", "malformed|"),
                    subscriber.await(2));
        }
    }

    /** The device acts once, and the caller who has left has its answer. */
    @Test
    void aRequestWhoseCallerHasLeftIsAnsweredToItsRepeat() {
        try (MosquittoSub device = MosquittoSub.start(mosquitto.port(), "repeat/ask", "%p", "-q", "2");
                Responder responder = Responder.start(
                        mosquitto.port(),
                        "311",
                        "repeat/ask",
                        "%p",
                        payload -> List.of("-t", "repeat/answer", "-m", "did " + payload))) {
            sendAndLeave(ASK, false);
            device.await(1);
            Awaitility.await().until(() -> RawHttp.send(gateway.httpPort(), ASK).status() == 200);
            RawHttp.Answer again = RawHttp.send(gateway.httpPort(), ASK);
            assertEquals("did it", again.body());
            assertEquals("true", again.headers().get("idempotency-replayed"));
            post("ada", "after-ask", "repeat/ask", "end").statusCode(200);
            assertEquals(List.of("it", "end"), device.await(2));
            assertTrue(responder.isAlive());
            Awaitility.await()
                    .until(() -> Metrics.of(gateway.management()).value("mqtt_gateway_requests_waiting") == 0);
        }
    }

    @Test
    void aRequestThatNobodyAnswersIsSentAgain() {
        try (MosquittoSub device =
                MosquittoSub.start(mosquitto.port(), "repeat/nobody", "%p|%P", "-V", "5", "-q", "2")) {
            for (String replayed : new String[] {null, "false"}) {
                gateway.request()
                        .auth()
                        .preemptive()
                        .basic("ada", "a")
                        .header("Idempotency-Key", "nobody")
                        .header("traceparent", TRACE)
                        .contentType(ContentType.JSON)
                        .body("{\"topic\":\"repeat/nobody\",\"msg\":\"m\",\"timeout\":0.2}")
                        .post("/request")
                        .then()
                        .statusCode(504)
                        .header("Idempotency-Replayed", replayed == null ? nullValue() : is(replayed));
            }
            String message = "m|traceparent:" + TRACE + " idempotency-key:nobody";
            assertEquals(List.of(message, message), device.await(2));
        }
    }

    private static double count(String outcome) {
        return Metrics.of(gateway.management()).value("mqtt_gateway_idempotency_total{outcome=\"" + outcome + "\"}");
    }

    private static ValidatableResponse bulk(String body) {
        return gateway.request()
                .auth()
                .preemptive()
                .basic("ada", "a")
                .header("Idempotency-Key", "\"bulk\"")
                .contentType(ContentType.JSON)
                .body(body)
                .post("/publish/bulk")
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse post(String user, String key, String topic, String payload) {
        return gateway.request()
                .auth()
                .preemptive()
                .basic(user, user.substring(0, 1))
                .header("Idempotency-Key", '"' + key + '"')
                .contentType("text/plain")
                .body(payload)
                .post("/publish?topic=" + topic)
                .then();
    }
}
