package org.mqttgateway.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.settings.WebhookSettings;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.WebhookEndpoint;
import org.mqttgateway.webhook.post.Endpoint;

/** Whatever the endpoint does, a message is acked only when it was taken, refused or given up, and no other message waits for ever. */
@Execution(ExecutionMode.CONCURRENT)
class HostileEndpointTest {

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> acked = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> stateLines = new CopyOnWriteArrayList<>();
    private WebhookEndpoint server;
    private Deliveries deliveries;
    private final Source source = new Source(MessageIds.inMemory(Clock.systemUTC()));
    private int packetId;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        Futures.get(vertx.close());
    }

    private void handling(BiConsumer<HttpServerRequest, Integer> answer, String... settings) {
        server = WebhookEndpoint.handling(answer);
        start(server.url(), settings);
    }

    private void start(String url, String... changes) {
        String[] all = new String[changes.length + 4];
        System.arraycopy(changes, 0, all, 4, changes.length);
        all[0] = "webhook.url";
        all[1] = url;
        all[2] = "topic";
        all[3] = "t";
        WebhookSettings settings = TestSettings.of(1, all).webhook();
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        Endpoint endpoint = new Endpoint(vertx, settings, "/mqtt-gateway", 1_000, null, HostNames.ofSystem());
        EndpointState.Log lines = new EndpointState.Log() {
            @Override
            public void warn(String line) {
                stateLines.add(line);
            }

            @Override
            public void info(String line) {
                stateLines.add(line);
            }
        };
        Verdicts verdicts = new Verdicts(
                context,
                new EndpointState(
                        endpoint.toString(),
                        lines,
                        (millis, action) -> vertx.setTimer(millis, timer -> action.run()),
                        System::nanoTime),
                new WebhookMetrics(meters, "", () -> 0, () -> false),
                new Outbound(null, null, context, "", null),
                settings.maxAttempts(),
                100);
        deliveries = new Deliveries(vertx, context, endpoint::post, verdicts, settings.concurrency(), PAUSE);
    }

    private CompletionStage<Void> message(String topic, String payload) {
        packetId++;
        return message(topic, payload, false);
    }

    /** The broker sends the last one again, because the connection was lost before its acknowledgement. */
    private void again(String topic, String payload) {
        message(topic, payload, true);
    }

    private CompletionStage<Void> message(String topic, String payload, boolean dup) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        ReceivingMqttMessageMetadata metadata = new ReceivingMqttMessageMetadata(
                io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(MqttPublishMessage.create(
                        packetId, MqttQoS.AT_LEAST_ONCE, dup, false, topic, Unpooled.wrappedBuffer(bytes))));
        return deliveries.accept(
                source,
                Message.of(bytes, () -> {
                    acked.add(topic + " " + payload);
                    return CompletableFuture.completedStage(null);
                }),
                metadata);
    }

    private void awaitAcked(String... messages) {
        Awaitility.await("acked: " + List.of(messages))
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> acked.containsAll(List.of(messages)));
    }

    private double count(String outcome) {
        return meters.get("mqtt.gateway.webhook")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void anAnswerThatTricklesCountsByItsStatusAtTheDeadline() {
        AtomicInteger closed = new AtomicInteger();
        handling(
                (request, n) -> {
                    request.connection().closeHandler(v -> closed.incrementAndGet());
                    request.response().setChunked(true).write("x");
                    vertx.setPeriodic(50, id -> {
                        if (!request.response().closed()) {
                            request.response().write("x");
                        }
                    });
                },
                "webhook.timeout",
                "500ms");
        message("t", "trickled");
        awaitAcked("t trickled");
        Awaitility.await("the connection is given up").until(() -> closed.get() == 1);
        assertEquals(1, server.received().size());
    }

    @Test
    void anEndlessAnswerIsNotRead() {
        AtomicInteger closed = new AtomicInteger();
        handling((request, n) -> {
            request.connection().closeHandler(v -> closed.incrementAndGet());
            request.response().setChunked(true).write(Buffer.buffer(new byte[1 << 20]));
        });
        message("t", "endless");
        awaitAcked("t endless");
        Awaitility.await("the connection is given up").until(() -> closed.get() == 1);
    }

    @Test
    void anEndpointThatNeverReadsIsTriedAgain() {
        AtomicInteger connections = new AtomicInteger();
        NetServer silent = vertx.createNetServer().connectHandler(socket -> {
            connections.incrementAndGet();
            socket.pause();
        });
        Futures.get(silent.listen(0, "127.0.0.1"));
        start("http://127.0.0.1:" + silent.actualPort(), "webhook.timeout", "200ms", "webhook.max-attempts", "2");
        message("t", "x".repeat(4 << 20));
        Awaitility.await("given up").atMost(20, TimeUnit.SECONDS).until(() -> acked.size() == 1);
        assertEquals(2, connections.get());
        assertEquals(1, count("given_up"));
        assertTrue(stateLines.get(0).contains("no answer in 200 ms"), stateLines.toString());
    }

    @Test
    void aRefusalIsLoggedOnce() {
        handling((request, n) -> request.response().setStatusCode(422).end());
        try (LogCapture log = new LogCapture("org.mqttgateway.webhook")) {
            message("t", "wrong\nline");
            awaitAcked("t wrong\nline");
            String line = log.await("refused with HTTP 422");
            assertTrue(line.contains("on topic: t with payload: wrong\\nline"), line);
        }
        assertEquals(1, server.received().size());
        assertEquals(1, count("refused"));
    }

    /** It is a mistake of the operator, who will mend it. */
    @Test
    void aRedirectIsNotFollowedAndTheMessageIsSentAgain() {
        handling((request, n) -> request.response()
                .setStatusCode(n == 1 ? 307 : 204)
                .putHeader("Location", "/elsewhere")
                .end());
        message("t", "moved");
        awaitAcked("t moved");
        assertEquals(2, server.received().size());
        assertEquals(1, count("repeated"));
        assertTrue(stateLines.get(0).contains("fails: HTTP 307"), stateLines.toString());
    }

    @Test
    void whereItIsGoneOneMessageIsTriedAfterAPauseAndNoneIsLost() {
        List<Long> at = new CopyOnWriteArrayList<>();
        handling(
                (request, n) -> {
                    at.add(System.nanoTime());
                    request.response().setStatusCode(n <= 2 ? 410 : 204).end();
                },
                "webhook.concurrency",
                "1",
                "webhook.max-attempts",
                "1");
        for (int i = 0; i < 10; i++) {
            message("t" + i, "m");
        }
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> acked.size() == 10);
        assertEquals(12, server.received().size());
        for (int i = 0; i < 2; i++) {
            long pause = TimeUnit.NANOSECONDS.toMillis(at.get(i + 1) - at.get(i));
            assertTrue(pause >= PAUSE.toMillis(), pause + " ms");
        }
        assertEquals(1, stateLines.size(), stateLines.toString());
        assertTrue(stateLines.get(0).contains("HTTP 410 says that it is gone"), stateLines.toString());
    }

    @Test
    void aKeptConnectionThatTheEndpointClosesIsNoFailure() {
        // Closed without an answer on its second request: for the gateway it was open when it sent.
        handling((request, n) -> {
            if (n % 2 == 0) {
                request.connection().close();
            } else {
                request.response().setStatusCode(204).end();
            }
        });
        for (int i = 0; i < 10; i++) {
            message("t", "kept " + i);
        }
        awaitAcked("t kept 9");
        assertEquals(List.of(), stateLines);
        assertEquals(0, count("repeated"));
        assertEquals(List.of(), stateLines);
    }

    @Test
    void aHeaderWithoutEndIsAFailure() {
        handling(
                (request, n) -> request.response()
                        .putHeader("X-Long", "x".repeat(1 << 20))
                        .end(),
                "webhook.max-attempts",
                "1");
        message("t", "long");
        awaitAcked("t long");
        assertEquals(1, count("given_up"));
    }

    @Test
    void aTopicThatIsNotTakenHoldsUpNoOther() {
        handling(
                (request, n) -> {
                    boolean poison = server.received().get(n - 1).payload().equals("poison");
                    request.response().setStatusCode(poison ? 500 : 204).end();
                },
                "webhook.concurrency",
                "1");
        message("bad", "poison");
        message("bad", "behind");
        for (int i = 0; i < 50; i++) {
            message("good", "m" + i);
        }
        awaitAcked("good m49");
        assertEquals(50, acked.size());
        assertEquals(1, stateLines.size());
    }

    /** A server with limits as most have them: 8 KB of headers. */
    @Test
    void aMessageThatHasTooMuchForHeadersIsTakenAllTheSame() {
        handling((request, n) -> request.response().setStatusCode(204).end(), "webhook.body", "payload");
        String topic = "t/" + "x".repeat(20_000);
        message(topic, "long");
        message(topic, "behind");
        Awaitility.await("both are taken").until(() -> acked.size() == 2);
        assertEquals("mqtt-topic", server.received().get(0).headers().get("mqtt-omitted"));
        assertEquals(List.of(), stateLines);
    }

    @Test
    void whatComesAgainMeanwhileIsDeliveredOnceAndEachCopyIsAckedAfterIt() {
        CompletableFuture<HttpServerRequest> held = new CompletableFuture<>();
        handling((request, n) -> {
            if (n == 1) {
                held.complete(request);
            } else {
                request.response().setStatusCode(204).end();
            }
        });
        message("t", "once");
        server.await(1);
        again("t", "once");
        again("t", "once");
        message("other", "next");
        awaitAcked("other next");
        assertEquals(List.of("other next"), acked);
        held.join().response().setStatusCode(204).end();
        Awaitility.await().until(() -> acked.size() == 4);
        assertEquals(List.of("other next", "t once", "t once", "t once"), acked);
        assertEquals(2, server.received().size());
    }

    @Test
    void aStopDoesNotWaitForWhatIsTriedAgain() {
        handling((request, n) -> request.response().setStatusCode(500).end());
        message("t", "tried");
        Awaitility.await().until(() -> count("repeated") == 1);
        Futures.get(deliveries.stop());
        message("t", "late");
        assertEquals(List.of(), acked);
        assertEquals(1, server.received().size());
    }

    @Test
    void noMoreIsTakenThanThereIsRoomFor() {
        handling((request, n) -> {});
        for (int i = 0; i < 999; i++) {
            assertTrue(message("t" + i, "m").toCompletableFuture().isDone(), i + " fit");
        }
        assertTrue(!message("t", "m").toCompletableFuture().isDone());
        server.await(16);
        assertEquals(1_000, deliveries.waiting());
        assertEquals(16, server.received().size());
    }

    @Test
    void bytesAreBoundedToo() {
        handling((request, n) -> {});
        String megabytes = "x".repeat(9 << 20);
        assertTrue(message("a", megabytes).toCompletableFuture().isDone());
        assertTrue(!message("b", megabytes).toCompletableFuture().isDone());
    }
}
