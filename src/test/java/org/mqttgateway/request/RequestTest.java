package org.mqttgateway.request;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.BrokerPort;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.MosquittoResource;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Responder;

/** Requests and their answers, with devices and services of another make. */
@NeedsMosquitto
@QuarkusTest
@Tag("quarkus")
@WithTestResource(MosquittoResource.class)
class RequestTest {

    @BrokerPort
    int brokerPort;

    @TestHTTPResource(value = "/", management = true)
    URL management;

    /** Itself, for the registry keeps the gauge of an application that ran before in the same process. */
    @Inject
    RequestMetrics counts;

    @Test
    void fiveCallersOfADeviceOfMqtt311GetEachItsOwnAnswer() {
        try (Responder lamp = lamp("lamp")) {
            assertEachGetsItsOwn(5, i -> given().contentType(ContentType.JSON)
                    .body("{\"topic\":\"cmnd/lamp\",\"msg\":\"" + i + "\",\"replyTo\":\"stat/lamp\"}")
                    .post("/request"));
            assertTrue(lamp.isAlive());
        }
    }

    @Test
    void twentyCallersOfAServiceOfMqtt5GetEachItsOwnAnswer() {
        try (Responder service = service("service")) {
            assertEachGetsItsOwn(20, i -> given().contentType(ContentType.JSON)
                    .body("{\"topic\":\"service\",\"msg\":\"" + i + "\"}")
                    .post("/request"));
            assertTrue(service.isAlive());
        }
    }

    private static void assertEachGetsItsOwn(int count, IntFunction<Response> request) {
        List<CompletableFuture<String>> answers = IntStream.range(0, count)
                .mapToObj(i -> Background.supply(() -> request.apply(i)
                        .then()
                        .statusCode(200)
                        .body("code", is(0))
                        .extract()
                        .<String>path("payload")))
                .toList();
        assertEquals(
                IntStream.range(0, count).mapToObj(i -> "answer to " + i).toList(),
                answers.stream().map(CompletableFuture::join).toList());
    }

    @Test
    void aRawRequestGetsTheRawAnswerWithItsContentType() {
        try (Responder service = service("service/raw")) {
            byte[] answer = given().contentType("text/plain")
                    .body("x")
                    .post("/request?topic=service/raw&timeout=5")
                    .then()
                    .statusCode(200)
                    .contentType("text/x-answer")
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Content-Security-Policy", containsString("sandbox"))
                    .extract()
                    .asByteArray();
            assertEquals("answer to x", new String(answer, StandardCharsets.UTF_8));
            assertTrue(service.isAlive());
        }
    }

    @Test
    void nobodyThereIsA504ThatSaysThatTheBrokerHasTheMessage() {
        double before = metrics().value("mqtt_gateway_requests_total{outcome=\"unanswered\"}");
        json("{\"topic\":\"nobody\",\"msg\":\"m\",\"timeout\":0.3}")
                .statusCode(504)
                .body("code", is(7))
                .body("published", is(true));
        json("{\"topic\":\"nobody\",\"msg\":\"m\",\"timeout\":0.3,\"replyTo\":\"nobody/answers\"}")
                .statusCode(504)
                .body("published", is(true));
        Metrics after = metrics();
        assertEquals(before + 2, after.value("mqtt_gateway_requests_total{outcome=\"unanswered\"}"));
        assertEquals(0, counts.waiting());
    }

    @Test
    void whatIsRetainedAtReplyToIsNoAnswer() {
        publish("stat/old", "old", "-r");
        json("{\"topic\":\"cmnd/old\",\"msg\":\"m\",\"timeout\":0.5,\"replyTo\":\"stat/old\"}")
                .statusCode(504);
        try (Responder device = lamp("old")) {
            json("{\"topic\":\"cmnd/old\",\"msg\":\"m\",\"replyTo\":\"stat/old\"}")
                    .statusCode(200)
                    .body("payload", is("answer to m"))
                    .body("topic", is("stat/old"))
                    .body("properties", nullValue());
            assertTrue(device.isAlive());
        }
    }

    @Test
    void anAnswerWithAnotherCorrelationIsIgnored() {
        try (Responder impostor = Responder.start(
                brokerPort,
                "5",
                "forged",
                "%R",
                topic -> List.of("-t", topic, "-m", "forged", "-D", "publish", "correlation-data", "guess"))) {
            json("{\"topic\":\"forged\",\"msg\":\"m\",\"timeout\":0.7}").statusCode(504);
            assertTrue(impostor.isAlive());
        }
    }

    @Test
    void propertiesGoBothWays() {
        try (Responder service = service("service/properties");
                MosquittoSub observer = MosquittoSub.start(brokerPort, "service/properties", "%C %P", "-V", "5")) {
            json("{\"topic\":\"service/properties\",\"msg\":\"m\",\"properties\":"
                            + "{\"contentType\":\"a/b\",\"userProperties\":{\"k\":\"v\"}}}")
                    .statusCode(200)
                    .body("properties.contentType", is("text/x-answer"));
            assertEquals(List.of("a/b k:v"), observer.await(1));
            assertTrue(service.isAlive());
        }
    }

    @Test
    void aCallerThatGoesAwayFreesItsPlace() throws Exception {
        double before = metrics().value("mqtt_gateway_requests_total{outcome=\"left\"}");
        Process curl =
                curl("-H", "Content-Type: a/b", "-d", "m", "/request?topic=nobody&replyTo=nobody/left&timeout=60");
        awaitWaiting(1);
        curl.destroyForcibly();
        awaitWaiting(0);
        assertEquals(before + 1, metrics().value("mqtt_gateway_requests_total{outcome=\"left\"}"));
    }

    /** The last of the arguments is a path of the gateway. */
    private static Process curl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("curl", "-s"));
        command.addAll(List.of(arguments));
        command.add("http://localhost:" + RestAssured.port + command.remove(command.size() - 1));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void awaitWaiting(int count) {
        Awaitility.await(count + " requests wait")
                .atMost(30, TimeUnit.SECONDS)
                .until(counts::waiting, waiting -> waiting == count);
    }

    @Test
    void theFirstOfTwoAnswersCounts() {
        try (Responder twice = Responder.start(brokerPort, "5", "twice", "%R %D %p", seen -> {
            String[] parts = seen.split(" ", 3);
            List<String> answer = answer(parts[0], parts[1], "answer to " + parts[2]);
            Commands.run(publisher(answer).toArray(String[]::new));
            return answer(parts[0], parts[1], "second answer");
        })) {
            assertEachGetsItsOwn(5, i -> given().contentType(ContentType.JSON)
                    .body("{\"topic\":\"twice\",\"msg\":\"" + i + "\"}")
                    .post("/request"));
            assertTrue(twice.isAlive());
        }
    }

    /** Those with the same replyTo wait for their turn, and their messages with them. */
    @Test
    void theMessagesOfThoseThatWaitAreBounded(@TempDir Path directory) throws Exception {
        Path large = Files.write(directory.resolve("large"), new byte[1_000_000]);
        String query = "/request?topic=nobody&replyTo=nobody/large&timeout=";
        // One whose message has left, and as many as 16 MiB have room for.
        int room = 17;
        List<Process> callers = new ArrayList<>();
        try {
            for (int i = 0; i < room; i++) {
                callers.add(curl("-H", "Content-Type: a/b", "--data-binary", "@" + large, query + 60));
            }
            awaitWaiting(room);
            given().contentType("application/octet-stream")
                    .body(Files.readAllBytes(large))
                    .post(query + 1)
                    .then()
                    .statusCode(503)
                    .body("code", is(15))
                    .body("detail", containsString("the memory for requests"));
        } finally {
            callers.forEach(Process::destroyForcibly);
        }
        awaitWaiting(0);
        given().contentType("application/octet-stream")
                .body(Files.readAllBytes(large))
                .post(query + 1)
                .then()
                .statusCode(504)
                .body("published", is(true));
    }

    @Test
    void anAcceptHeaderThatNothingFitsIsNoReasonToLoseTheAnswer() {
        try (Responder lamp = lamp("accept")) {
            for (String accept : List.of("image/png", "application/json;q=0", ",;=")) {
                given().contentType(ContentType.JSON)
                        .header("Accept", accept)
                        .body("{\"topic\":\"cmnd/accept\",\"msg\":\"m\",\"replyTo\":\"stat/accept\"}")
                        .post("/request")
                        .then()
                        .statusCode(200)
                        .contentType("application/json")
                        .body("payload", is("answer to m"));
            }
            assertTrue(lamp.isAlive());
        }
    }

    @Test
    void bodiesAreReadAsThoseOfAPublish() {
        given().contentType("application/octet-stream")
                .body(new byte[(1 << 20) + 1])
                .post("/request?topic=a&replyTo=b")
                .then()
                .statusCode(413)
                .body("code", is(9));
        given().contentType("multipart/form-data; boundary=x")
                .body("--x--".getBytes(StandardCharsets.US_ASCII))
                .post("/request?topic=a")
                .then()
                .statusCode(415);
        given().contentType("text/plain")
                .header("Expect", "nothing")
                .body("m")
                .post("/request?topic=a")
                .then()
                .statusCode(417);
    }

    @Test
    void theTimeToAnswerIsMeasured() {
        double before = metrics().value("mqtt_gateway_requests_answer_seconds_count");
        try (Responder lamp = lamp("measured")) {
            json("{\"topic\":\"cmnd/measured\",\"msg\":\"m\",\"replyTo\":\"stat/measured\"}")
                    .statusCode(200);
            assertTrue(lamp.isAlive());
        }
        Metrics after = metrics();
        assertEquals(before + 1, after.value("mqtt_gateway_requests_answer_seconds_count"));
        assertEquals(before + 1, after.value("mqtt_gateway_requests_answer_seconds_bucket{le=\"+Inf\"}"));
    }

    @Test
    void whatIsWrongIsNamed() {
        refused("{\"topic\":\"a\",\"msg\":1,\"timeout\":61}", "timeout", "at most 60");
        refused("{\"topic\":\"a\",\"msg\":1,\"timeout\":0}", "timeout", "at most 60");
        refused("{\"topic\":\"a\",\"msg\":1,\"timeout\":1e999999999}", "timeout", "at most 60");
        refused("{\"topic\":\"a\",\"msg\":1,\"timeout\":\"5s\"}", "timeout", "at most 60");
        refused("{\"topic\":\"a\",\"msg\":1,\"replyTo\":\"a\"}", "replyTo", "its own answer");
        refused("{\"topic\":\"a\",\"msg\":1,\"replyTo\":\"b/#\"}", "replyTo", "wildcards");
        refused("{\"topic\":\"a\",\"msg\":1,\"replyTo\":1}", "replyTo", "must be a string");
        refused("{\"topic\":\"a\",\"msg\":1,\"replyTo\":\"$share/g/b\"}", "replyTo", "a shared subscription");
        given().urlEncodingEnabled(false)
                .contentType("text/plain")
                .body("m")
                .post("/request?topic=a&replyTo=b/+")
                .then()
                .statusCode(400)
                .body("violations[0].message", containsString("one blank"));
        refused("{\"topic\":\"a\",\"msg\":1,\"reply\":\"b\"}", "reply", "properties, timeout and replyTo");
        refused(
                "{\"topic\":\"a\",\"msg\":1,\"properties\":{\"responseTopic\":\"b\"}}",
                "properties.responseTopic",
                "set by the gateway");
        given().contentType("text/plain")
                .body("m")
                .post("/request?topic=a&replyto=b")
                .then()
                .statusCode(400)
                .body("violations.field", is(List.of("replyto")));
    }

    @Test
    void topicsThatBeginWithADollarAreOnNeitherList() {
        json("{\"topic\":\"$SYS/a\",\"msg\":1}").statusCode(403).body("detail", containsString("mqtt.publish.allow"));
        json("{\"topic\":\"a\",\"msg\":1,\"replyTo\":\"$SYS/broker/uptime\"}")
                .statusCode(403)
                .body("detail", containsString("mqtt.subscribe.allow"));
    }

    /** Mosquitto closes the connection on a filter of more than 200 levels. */
    @Test
    void aFilterOnWhichTheBrokerClosesIsRefusedAndTouchesNobodyElse() {
        publish("kept/beside", "there", "-r");
        try (Responder lamp = lamp("beside")) {
            CompletableFuture<Void> bad = Background.run(() -> {
                for (int i = 0; i < 4; i++) {
                    String deep = "deep/" + i + "/a".repeat(250);
                    json("{\"topic\":\"cmnd/deep\",\"msg\":1,\"replyTo\":\"" + deep + "\"}")
                            .statusCode(403)
                            .body("code", is(12));
                    given().get("/retained?topic=" + deep)
                            .then()
                            .statusCode(403)
                            .body("code", is(12));
                }
            });
            int good = 0;
            while (!bad.isDone() || good < 5) {
                json("{\"topic\":\"cmnd/beside\",\"msg\":\"" + good + "\",\"replyTo\":\"stat/beside\"}")
                        .statusCode(200)
                        .body("payload", is("answer to " + good));
                given().get("/retained?topic=kept/beside")
                        .then()
                        .statusCode(200)
                        .body(is("there"));
                good++;
            }
            bad.join();
            assertTrue(lamp.isAlive());
        }
    }

    private Metrics metrics() {
        return Metrics.of(given().port(management.getPort()));
    }

    private static void refused(String body, String field, String message) {
        json(body)
                .statusCode(400)
                .body("violations.field", is(List.of(field)))
                .body("violations[0].message", containsString(message));
    }

    private Responder lamp(String name) {
        return Responder.start(
                brokerPort,
                "311",
                "cmnd/" + name,
                "%p",
                payload -> List.of("-t", "stat/" + name, "-m", "answer to " + payload));
    }

    private Responder service(String topic) {
        return Responder.start(brokerPort, "5", topic, "%R %D %p", seen -> {
            String[] parts = seen.split(" ", 3);
            return answer(parts[0], parts[1], "answer to " + parts[2]);
        });
    }

    /** The options of mosquitto_pub for an answer. */
    private static List<String> answer(String topic, String correlation, String payload) {
        return List.of(
                "-V",
                "5",
                "-t",
                topic,
                "-D",
                "publish",
                "correlation-data",
                correlation,
                "-D",
                "publish",
                "content-type",
                "text/x-answer",
                "-m",
                payload);
    }

    private List<String> publisher(List<String> options) {
        List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-p", Integer.toString(brokerPort)));
        command.addAll(options);
        return command;
    }

    private void publish(String topic, String payload, String... options) {
        List<String> command = publisher(List.of("-t", topic, "-m", payload));
        command.addAll(List.of(options));
        Commands.run(command.toArray(String[]::new));
    }

    private static ValidatableResponse json(String body) {
        return given().contentType(ContentType.JSON).body(body).post("/request").then();
    }
}
