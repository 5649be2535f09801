package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every listener gets every message, and one that comes later first gets the last ones that it does not have. */
class MessageFeedTest {

    private final Vertx vertx = Vertx.vertx();
    private final MessageFeed feed = new MessageFeed(5);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void allListenersGetEachMessage() {
        FeedClient one = listen(0);
        FeedClient other = listen(0);
        accept(3);
        assertEquals(ids(1, 3), one.await(4));
        assertEquals(ids(1, 3), other.await(4));
    }

    @Test
    void theLastOnesAreReplayedBeforeNewOnes() {
        accept(8);
        FeedClient late = listen(0);
        accept(2);
        assertEquals(ids(4, 10), late.await(8));
    }

    @Test
    void aClientThatComesBackGetsWhatItMissed() {
        accept(8);
        FeedClient back = listen(6);
        accept(1);
        assertEquals(ids(7, 9), back.await(4));
    }

    @Test
    void aClientThatHasTheLastOneGetsOnlyNewOnes() {
        accept(8);
        FeedClient back = listen(8);
        accept(1);
        assertEquals(ids(9, 9), back.await(2));
    }

    @Test
    void anIdOfAnEarlierProcessReplaysAll() {
        accept(3);
        assertEquals(ids(1, 3), listen(1000).await(4));
    }

    @Test
    void replayIsBoundedInBytes() {
        FeedMessages.accept(feed, new byte[3 << 20]);
        FeedMessages.accept(feed, new byte[3 << 20]);
        FeedMessages.accept(feed, new byte[1]);
        assertEquals(ids(2, 3), listen(0).await(3));
    }

    @Test
    void noReplayIfTheSettingIsZero() {
        MessageFeed none = new MessageFeed(0);
        FeedMessages.accept(none, new byte[1]);
        FeedClient client = new FeedClient(vertx.getOrCreateContext(), 100);
        client.take(100);
        none.add(client.listener(), 0);
        FeedMessages.accept(none, new byte[1]);
        assertEquals(ids(2, 2), client.await(2));
    }

    @Test
    void aListenerThatLeftGetsNothing() {
        FeedClient gone = listen(0);
        FeedClient stays = listen(0);
        feed.remove(gone.listener());
        accept(1);
        stays.await(2);
        assertEquals(List.of(":"), gone.await(1));
    }

    private FeedClient listen(long lastEventId) {
        FeedClient client = new FeedClient(vertx.getOrCreateContext(), 100);
        client.take(100);
        feed.add(client.listener(), lastEventId);
        return client;
    }

    private void accept(int count) {
        for (int i = 0; i < count; i++) {
            FeedMessages.accept(feed, new byte[1]);
        }
    }

    /** The first comment and these ids. */
    private static List<String> ids(long first, long last) {
        List<String> expected = new ArrayList<>(List.of(":"));
        LongStream.rangeClosed(first, last).mapToObj(Long::toString).forEach(expected::add);
        return expected;
    }
}
