package org.mqttgateway;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.AnyBroker;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.NeedsJvm;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.RawHttp2;

/**
 * HTTP/2 in clear text, known before: publishes, refusals and the feed on one connection, and callers that do what they should not; requests
 * of HTTP/1.1 that are sent ahead.
 */
class HttpVersionsIT {

    private static final int STREAMS = 60;

    /** Three quarters of mqtt.http.max-body-memory (64M) are for large bodies, and these have 6 MB each. */
    private static final int BODIES_THAT_FIT = 8;

    private static final Buffer MESSAGE = Buffer.buffer("{\"topic\":\"django/mqtt\",\"msg\":\"m\"}");

    private static AnyBroker broker;
    private static Gateway gateway;
    private static Vertx vertx;
    private static HttpClient client;

    private record Answer(HttpVersion version, int status, String body) {}

    @BeforeAll
    static void start() {
        broker = AnyBroker.start();
        gateway = Gateway.start(broker.port(), Map.of("MQTT_HTTP_BODY_TIMEOUT", "1s"));
        gateway.awaitLog("Subscribed to django/mqtt");
        vertx = Vertx.vertx();
        client = vertx.createHttpClient(clientOptions());
    }

    @AfterAll
    static void stop() throws Exception {
        await(vertx.close());
        gateway.close();
        broker.close();
    }

    @AfterEach
    void theLogHasNoError() {
        assertEquals(List.of(), gateway.log("ERROR"));
        assertEquals(List.of(), gateway.log("Exception"));
        // Of which a caller could make one for each frame.
        assertEquals(List.of(), gateway.log("io.netty"));
    }

    @Test
    void manyPublishesShareAConnection() throws Exception {
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(post("/publish", "application/json", MESSAGE));
        }
        for (Future<Answer> answer : answers) {
            assertEquals(new Answer(HttpVersion.HTTP_2, 200, "{\"code\":0}"), await(answer));
        }
        Buffer largest = Buffer.buffer(new byte[1 << 20]);
        assertEquals(
                200,
                await(post("/publish?topic=h2/large", "application/octet-stream", largest))
                        .status());
    }

    @Test
    void aRefusedBodyEndsItsStreamAndNoOther() throws Exception {
        Buffer tooLarge = Buffer.buffer(new byte[(1 << 20) + 1]);
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    413, await(post("/publish?topic=h2/t", "a/b", tooLarge)).status());
            assertEquals(404, await(post("/nothing", "a/b", MESSAGE)).status());
            assertEquals(
                    200, await(post("/publish", "application/json", MESSAGE)).status());
        }
    }

    @Test
    void aSlowBodyEndsInTime() throws Exception {
        HttpClientRequest request = await(client.request(HttpMethod.POST, "/publish?topic=h2/t"));
        request.putHeader("Content-Type", "a/b").setChunked(true).write("m");
        assertEquals(408, await(request.response()).statusCode());
        assertEquals(200, await(post("/publish", "application/json", MESSAGE)).status());
    }

    @Test
    void theFeedSharesAConnectionWithPublishes() throws Exception {
        HttpClientRequest listen = await(client.request(HttpMethod.GET, "/messages?topic=h2/feed"));
        StringBuffer seen = new StringBuffer();
        Future<Integer> status = listen.send().map(answer -> {
            answer.handler(chunk -> seen.append(chunk));
            answer.exceptionHandler(reset -> seen.append("reset"));
            return answer.statusCode();
        });
        assertEquals(200, await(status));
        assertEquals(
                200,
                await(post("/publish?topic=h2/feed", "text/plain", Buffer.buffer("over HTTP/2")))
                        .status());
        Awaitility.await("the event").until(() -> seen.indexOf("over HTTP/2") >= 0);
        listen.reset();
    }

    /** Each opens a stream and takes it back at once (CVE-2023-44487): Netty ends the connection, and others notice nothing. */
    @Test
    void aFloodOfResetsEndsItsConnection() throws Exception {
        HttpClient attacker = vertx.createHttpClient(clientOptions());
        HttpConnection connection =
                await(attacker.request(HttpMethod.GET, "/messages")).connection();
        Promise<Void> closed = Promise.promise();
        connection.closeHandler(closed::complete);
        for (int i = 0; i < 300 && !closed.future().isComplete(); i++) {
            attacker.request(HttpMethod.POST, "/publish?topic=h2/t")
                    .onSuccess(request -> request.putHeader("Content-Type", "a/b")
                            .setChunked(true)
                            .write("m")
                            .onComplete(written -> request.reset()));
        }
        await(closed.future());
        assertEquals(200, await(post("/publish", "application/json", MESSAGE)).status());
    }

    /** Each wants an answer, and the sender reads none. */
    @ParameterizedTest
    @ValueSource(ints = {RawHttp2.PING, RawHttp2.SETTINGS})
    void aFloodOfFramesThatWantAnswersEndsItsConnection(int type) throws Exception {
        byte[] frame = RawHttp2.frame(type, 0, 0, new byte[type == RawHttp2.PING ? 8 : 0]);
        try (RawHttp2 attacker = new RawHttp2(gateway.httpPort())) {
            assertTrue(attacker.flood(frame, 3_000_000));
        }
        assertEquals(200, await(post("/publish", "application/json", MESSAGE)).status());
    }

    /** The limit of streams holds although it is never acknowledged. An answer to HEAD is one that no window of HTTP/2 holds back. */
    @ParameterizedTest
    @NeedsJvm
    @CsvSource({"HEAD, /status", "GET, /status", "GET, /q/metrics"})
    void aFloodOfRequestsWithoutReadingEndsItsConnectionAndHoldsUpNobody(String method, String path) {
        long before = gateway.heapAfterGc();
        try (RawHttp2 attacker = new RawHttp2(port(path))) {
            boolean open = true;
            for (int stream = 1; open && stream < 1_000_000; stream += 2) {
                open = attacker.send(RawHttp2.request(stream, method, path));
            }
            assertFalse(open);
        }
        assertOthersAreAnswered();
        assertNothingIsKept(before);
    }

    /** Metrics are on a port of their own. */
    private static int port(String path) {
        return path.equals("/q/metrics") ? gateway.managementPort() : gateway.httpPort();
    }

    private static void assertNothingIsKept(long before) {
        Awaitility.await("the heap has what it had, in KiB")
                .pollInterval(500, TimeUnit.MILLISECONDS)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> gateway.heapAfterGc() - before, lessThan(2_000L));
    }

    /** On both event loops. */
    private static void assertOthersAreAnswered() {
        assertTimeout(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 10; i++) {
                gateway.request().get("/status").then().statusCode(200);
            }
        });
    }

    /** Frames that cost the sender nothing and bring nothing. */
    @Test
    void aFloodOfEmptyDataEndsItsConnection() {
        try (RawHttp2 attacker = new RawHttp2(gateway.httpPort())) {
            attacker.send(RawHttp2.post(1, "/publish?topic=h2/t"));
            assertTrue(attacker.flood(RawHttp2.frame(RawHttp2.DATA, 0, 1), 3_000_000));
        }
    }

    /** Streams that the gateway itself has to reset, for a window that grows by nothing (CVE-2025-8671). */
    @Test
    void aFloodOfStreamsThatMustBeResetEndsItsConnection() {
        try (RawHttp2 attacker = new RawHttp2(gateway.httpPort())) {
            boolean open = true;
            for (int stream = 1; open && stream < 200_000; stream += 2) {
                open = attacker.send(RawHttp2.post(stream, "/publish?topic=h2/t"))
                        && attacker.send(RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[4]));
            }
            assertFalse(open);
        }
    }

    /** The memory of bodies and their time are counted for each stream, and what ends a stream gives its memory back. */
    @Test
    void slowBodiesOnManyStreamsAreBounded() throws Exception {
        HttpClient attacker = vertx.createHttpClient(clientOptions());
        assertBodiesBounded(attacker);
        // Those at their deadline have given their memory back, and so do these.
        for (HttpClientRequest request : requests(attacker, BODIES_THAT_FIT)) {
            await(beginBody(request));
            request.reset();
        }
        assertBodiesBounded(attacker);
        assertEquals(200, await(post("/publish", "application/json", MESSAGE)).status());
    }

    private static void assertBodiesBounded(HttpClient attacker) throws Exception {
        List<HttpClientRequest> slow = requests(attacker, STREAMS);
        slow.forEach(HttpVersionsIT::beginBody);
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (HttpClientRequest request : slow) {
            statuses.merge(await(request.response()).statusCode(), 1, Integer::sum);
        }
        assertEquals(Map.of(408, BODIES_THAT_FIT, 503, STREAMS - BODIES_THAT_FIT), statuses);
    }

    private static List<HttpClientRequest> requests(HttpClient attacker, int count) throws Exception {
        List<HttpClientRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(await(attacker.request(HttpMethod.POST, "/publish")));
        }
        return requests;
    }

    private static Future<Void> beginBody(HttpClientRequest request) {
        return request.putHeader("Content-Type", "application/json")
                .putHeader("Content-Length", "6000000")
                .write("{");
    }

    /** A proxy takes back the request of one of its callers; those of the others share the connection. */
    @Test
    void aResetEndsItsStreamAndNoOther() throws Exception {
        HttpClient proxy = vertx.createHttpClient(clientOptions());
        HttpClientRequest listen = await(proxy.request(HttpMethod.GET, "/messages?topic=h2/others"));
        HttpConnection connection = listen.connection();
        Promise<Void> closed = Promise.promise();
        connection.closeHandler(closed::complete);
        assertEquals(200, await(listen.send()).statusCode());
        for (String path : List.of("/publish", "/publish?topic=h2/t", "/publish/bulk")) {
            HttpClientRequest request = await(proxy.request(HttpMethod.POST, path));
            await(beginBody(request));
            request.reset();
            HttpClientRequest status = await(proxy.request(HttpMethod.GET, "/status"));
            assertEquals(200, await(status.send()).statusCode());
        }
        assertFalse(closed.future().isComplete());
    }

    @Test
    void tenListenersShareAConnection() throws Exception {
        List<StringBuffer> listeners = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            StringBuffer seen = new StringBuffer();
            listeners.add(seen);
            HttpClientRequest listen = await(client.request(HttpMethod.GET, "/messages?topic=h2/ten"));
            await(listen.send().map(answer -> answer.handler(chunk -> seen.append(chunk))));
        }
        Buffer payload = Buffer.buffer("x".repeat(10_000) + "!");
        for (int i = 0; i < 100; i++) {
            assertEquals(
                    200,
                    await(post("/publish?topic=h2/ten", "text/plain", payload)).status());
        }
        // More than all windows and buffers of a connection: each listener gets each message all the same.
        for (StringBuffer seen : listeners) {
            Awaitility.await("all messages").atMost(20, TimeUnit.SECONDS).until(() -> count(seen) >= 100);
            assertEquals(100, count(seen));
            assertEquals(-1, seen.indexOf("event:dropped"));
        }
    }

    private static long count(StringBuffer seen) {
        return seen.chars().filter(character -> character == '!').count();
    }

    @Test
    void aConnectionHasAHundredRequestsUnderWayAtTheMost() throws Exception {
        HttpConnection connection = await(client.request(HttpMethod.GET, "/")).connection();
        Awaitility.await("its settings").until(() -> connection.remoteSettings().getMaxConcurrentStreams() == 100);
        assertEquals(16_384, connection.remoteSettings().getMaxHeaderListSize());
    }

    /** Pipelining, which HTTP/1.1 allows (RFC 9112 section 9.3.2). */
    @Test
    void requestsThatAreSentAheadAreAnsweredInTheirOrder() {
        String body = MESSAGE.toString();
        String publish = "POST /publish HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
        String unknown = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
        String answers = RawHttp.exchange(gateway.httpPort(), (publish + unknown).repeat(8));
        List<String> statuses = Pattern.compile("HTTP/1\\.1 (\\d+)")
                .matcher(answers)
                .results()
                .map(status -> status.group(1))
                .toList();
        assertEquals(
                Stream.generate(() -> "200 404").limit(8).collect(Collectors.joining(" ")), String.join(" ", statuses));
    }

    /** Behind a stream that never ends, or with answers that nobody reads. */
    @ParameterizedTest
    @NeedsJvm
    @ValueSource(strings = {"/messages", "/status", "/q/metrics"})
    void requestsThatAreSentAheadWithoutEndAreNotKeptAndHoldUpNobody(String path) {
        long before = gateway.heapAfterGc();
        String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream, */*\r\n\r\n";
        RawHttp.sendUntilNothingIsTaken(port(path), request, () -> {
            assertOthersAreAnswered();
            assertNothingIsKept(before);
        });
    }

    /** A chunk that is none would end the body of a request that upgrades its connection, and half a payload would be published. */
    @Test
    void anUpgradeWithChunksIsRefused() {
        String head = "POST /publish?topic=django/mqtt HTTP/1.1\r\nContent-Type: a/b\r\nUpgrade: h2c\r\n"
                + "Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nHost: 127.0.0.1\r\n";
        String withLength = RawHttp.exchange(gateway.httpPort(), head + "Content-Length: 5\r\n\r\nwhole");
        assertThat(withLength, containsString("{\"code\":0}"));
        String inChunks = RawHttp.exchange(
                gateway.httpPort(), head + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nPRI * HTTP/2.0");
        assertThat(inChunks, containsString("needs a Content-Length"));
    }

    private static HttpClientOptions clientOptions() {
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(1)
                .setDefaultPort(gateway.httpPort())
                .setDefaultHost("127.0.0.1");
    }

    /** Asks for the answer's body before it sends: this thread may be so late that all of the answer has come and gone. */
    private static Future<Answer> post(String path, String type, Buffer body) {
        return client.request(HttpMethod.POST, path).compose(request -> {
            Future<Answer> whole = request.response().compose(answer -> answer.body()
                    .map(text -> new Answer(answer.version(), answer.statusCode(), text.toString())));
            request.putHeader("Content-Type", type).send(body);
            return whole;
        });
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
