package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Held;

/** Polls that do not read their answer hold what the feed holds, and what it has dropped is counted for them. */
class UnreadPollTest {

    private static final int LARGE = 1 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final Feed feed = new Feed(vertx, 10, 10);
    private final Held unread = new Held(Held.ANY_NUMBER, 2 * LARGE);
    private final AtomicInteger disconnected = new AtomicInteger();
    private boolean full = true;
    private boolean ended;
    private Handler<Void> drained;

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private FeedPoll poll() {
        HttpServerResponse response = (HttpServerResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServerResponse.class},
                (proxy, method, args) -> call(proxy, method.getName(), args));
        FeedPoll poll = new FeedPoll(vertx, response, feed, 1, 10, unread.share(), disconnected::incrementAndGet);
        poll.flush(null);
        return poll;
    }

    private Object call(Object response, String method, Object[] args) {
        return switch (method) {
            case "putHeader" -> response;
            case "drainHandler" -> {
                @SuppressWarnings("unchecked") // its parameter is one
                Handler<Void> handler = (Handler<Void>) args[0];
                drained = handler;
                yield response;
            }
            case "write" -> Future.succeededFuture();
            case "writeQueueFull" -> full;
            case "closed" -> false;
            case "ended" -> ended;
            case "end" -> {
                ended = true;
                yield Future.succeededFuture();
            }
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private void accept(int bytes) {
        feed.accept(new FeedEvent("t", "m".repeat(bytes).getBytes(), 1, false, MqttProperties.NO_PROPERTIES, bytes));
    }

    @Test
    void whatTheFeedHasDroppedIsCounted() {
        accept(LARGE);
        FeedPoll poll = poll();
        FeedPoll second = poll();
        assertEquals(2 * Pieces.MAX_BYTES, unread.bytes());
        for (int i = 0; i < 10; i++) {
            accept(1);
        }
        poll.flush(null);
        long one = unread.bytes() - Pieces.MAX_BYTES;
        assertEquals(LARGE + Pieces.MAX_BYTES, one, 1_000);
        assertEquals(0, disconnected.get());
        second.flush(null);
        assertEquals(1, disconnected.get());
    }

    @Test
    void whoReadsIsAnswered() {
        accept(LARGE);
        poll();
        full = false;
        drained.handle(null);
        assertEquals(true, ended);
        assertEquals(0, disconnected.get());
    }
}
