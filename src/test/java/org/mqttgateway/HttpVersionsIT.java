package org.mqttgateway;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mqttgateway.dev.InProcessBroker;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.RawHttp;

/** HTTP/2 in clear text, known before: publishes, refusals and the feed on one connection, and callers that do what they should not. */
class HttpVersionsIT {

    private static final Buffer MESSAGE = Buffer.buffer("{\"topic\":\"h2/t\",\"msg\":\"m\"}");

    private static InProcessBroker broker;
    private static Gateway gateway;
    private static Vertx vertx;
    private static HttpClient client;

    private record Answer(HttpVersion version, int status, String body) {}

    @BeforeAll
    static void start() throws Exception {
        int port = Ports.free();
        broker = new InProcessBroker(port);
        gateway = Gateway.start(port, Map.of("MQTT_HTTP_BODY_TIMEOUT", "1s"));
        gateway.awaitLog("Subscribed to django/mqtt");
        vertx = Vertx.vertx();
        client = vertx.createHttpClient(clientOptions());
    }

    @AfterAll
    static void stop() throws Exception {
        await(vertx.close());
        gateway.close();
        broker.stop();
    }

    @AfterEach
    void theLogHasNoError() {
        assertEquals(List.of(), gateway.log("ERROR"));
        assertEquals(List.of(), gateway.log("Exception"));
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

    @Test
    void aConnectionHasAHundredRequestsUnderWayAtTheMost() throws Exception {
        HttpConnection connection = await(client.request(HttpMethod.GET, "/")).connection();
        Awaitility.await("its settings").until(() -> connection.remoteSettings().getMaxConcurrentStreams() == 100);
        assertEquals(16_384, connection.remoteSettings().getMaxHeaderListSize());
    }

    /** A chunk that is none would end the body of a request that upgrades its connection, and half a payload would be published. */
    @Test
    void anUpgradeWithChunksIsRefused() {
        String head = "POST /publish?topic=h2/t HTTP/1.1\r\nContent-Type: a/b\r\nUpgrade: h2c\r\n"
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

    private static Future<Answer> post(String path, String type, Buffer body) {
        return client.request(HttpMethod.POST, path)
                .compose(request -> request.putHeader("Content-Type", type).send(body))
                .compose(answer ->
                        answer.body().map(text -> new Answer(answer.version(), answer.statusCode(), text.toString())));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
