package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A slow client loses its oldest messages, is told how many, and is sent no more than it takes. */
class FeedListenerTest {

    private static final String MEBIBYTE = "m".repeat(1 << 20);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aCommentComesFirst() {
        FeedClient client = client(10);
        offer(client, 1, 2);
        client.take(10);
        assertEquals(List.of(":", "1", "2"), client.await(3));
    }

    @Test
    void theOldestAreDroppedAndCounted() {
        FeedClient client = client(3);
        offer(client, 1, 10);
        client.take(10);
        assertEquals(List.of(":", "dropped {\"count\":7}", "8", "9", "10"), client.await(5));
    }

    @Test
    void whatIsDroppedLaterIsCountedAnew() {
        FeedClient client = client(2);
        offer(client, 1, 3);
        client.take(4);
        client.await(4);
        offer(client, 4, 8);
        client.take(3);
        assertEquals(
                List.of(":", "dropped {\"count\":1}", "2", "3", "dropped {\"count\":3}", "7", "8"), client.await(7));
    }

    @Test
    void largeMessagesAreDroppedByTheirBytes() {
        FeedClient client = client(1000);
        for (int id = 1; id <= 10; id++) {
            client.listener().offer(FeedMessages.message(id, MEBIBYTE));
        }
        client.take(100);
        assertEquals(List.of(":", "dropped {\"count\":3}", "4", "5", "6", "7", "8", "9", "10"), client.await(9));
    }

    @Test
    void aMessageLargerThanTheBufferIsSent() {
        FeedClient client = client(1000);
        client.listener().offer(FeedMessages.message(1, MEBIBYTE.repeat(9)));
        client.take(100);
        assertEquals(List.of(":", "1"), client.await(2));
    }

    @Test
    void nothingIsSentThatWasNotAskedFor() {
        FeedClient client = client(10);
        offer(client, 1, 5);
        client.take(2);
        client.await(2);
        settle();
        assertEquals(List.of(":", "1"), client.events());
    }

    @Test
    void theHeartbeatIsACommentWhereNothingElseIsToSend() {
        FeedClient client = client(10);
        client.take(1);
        client.await(1);
        client.listener().heartbeat();
        client.take(1);
        assertEquals(List.of(":", ":"), client.await(2));

        offer(client, 1, 1);
        client.listener().heartbeat();
        client.take(10);
        client.await(3);
        settle();
        assertEquals(List.of(":", ":", "1"), client.events());
    }

    @Test
    void nothingIsSentAfterTheClientHasLeft() {
        FeedClient client = client(10);
        client.take(100);
        client.await(1);
        client.leave();
        offer(client, 1, 5);
        settle();
        assertEquals(List.of(":"), client.events());
    }

    private FeedClient client(int buffer) {
        return new FeedClient(context, buffer);
    }

    private static void offer(FeedClient client, int first, int last) {
        for (int id = first; id <= last; id++) {
            client.listener().offer(FeedMessages.message(id, "m"));
        }
    }

    /** Waits until the context has done what it was given so far. */
    private void settle() {
        CountDownLatch done = new CountDownLatch(1);
        context.runOnContext(v -> done.countDown());
        try {
            assertTrue(done.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
