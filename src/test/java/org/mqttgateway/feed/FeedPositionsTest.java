package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.Vertx;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a listener begins, by the id of the last message that it has, and what a feed holds for it. */
class FeedPositionsTest {

    private final Vertx vertx = Vertx.vertx();
    private final Feed feed = new Feed(vertx, 5, 20);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whoComesBackGoesOnBehindItsLastMessage() {
        accept(8, 1);
        assertEquals(7, feed.positionAfter(feed.id(6)));
        assertEquals(9, feed.positionAfter(feed.id(8)));
        assertEquals(1, feed.positionAfter(feed.id(0)));
    }

    @Test
    void whoComesBackLateIsToldWhatItMissed() {
        accept(50, 1);
        long position = feed.positionAfter(feed.id(10));
        assertEquals(11, position);
        assertEquals(31, feed.read(position, 100, 1 << 20).first());
    }

    @Test
    void anIdOfAnotherFeedMeansAllThatIsHeld() {
        Feed earlier = new Feed(vertx, 5, 20);
        accept(50, 1);
        for (String id :
                new String[] {earlier.id(40), feed.id(51), "40", "", "abc", "-1", feed.id(1) + "0".repeat(30)}) {
            assertEquals(31, feed.positionAfter(id), id);
        }
    }

    @Test
    void aNewListenerGetsTheReplay() {
        assertEquals(1, feed.replayPosition());
        accept(8, 1);
        assertEquals(4, feed.replayPosition());
        assertEquals(9, withoutReplay().replayPosition());
    }

    @Test
    void whoNamesATimeGetsWhatCameSinceThen() {
        accept(3, 1);
        Instant before = Instant.now();
        feed.accept(event(new byte[1]));
        assertEquals(4, feed.positionSince(before));
        assertEquals(1, feed.positionSince(Instant.EPOCH));
        assertEquals(5, feed.positionSince(Instant.now().plusSeconds(60)));
        accept(20, 1);
        assertEquals(5, feed.positionSince(Instant.EPOCH));
    }

    /** A feed without replay that had eight messages. */
    private Feed withoutReplay() {
        Feed none = new Feed(vertx, 0, 20);
        for (int i = 0; i < 8; i++) {
            none.accept(event(new byte[1]));
        }
        return none;
    }

    @Test
    void whatIsHeldIsBoundedByTheBytesOfTheJson() {
        // A control character takes six bytes in JSON: two such messages are more than a feed holds, whoever reads
        // them.
        accept(2, 1 << 20);
        assertEquals(1, feed.read(1, 1, 1).first());
        assertEquals(2, feed.read(2, 1, 1).first());
        assertEquals(2, feed.read(1, 1, 1).first());
    }

    /** A slow filter's message is still there, those of a quick one before and after it are not: the listener learns how many it has missed. */
    @Test
    void whatTheFeedThatHoldsItHasDroppedIsDroppedForThoseThatReferToIt() {
        Feed quick = new Feed(vertx, 0, 2);
        Feed slow = new Feed(vertx, 0, 2);
        Feed references = Feed.ofReferences(vertx, 0, 20);
        for (Feed from : new Feed[] {quick, slow, quick, quick, quick}) {
            FeedEvent event = event(new byte[1]);
            event.json();
            from.accept(event);
            references.accept(event);
        }
        Feed.Slice first = references.read(1, 100, 1 << 20);
        assertEquals(2, first.first());
        assertEquals(1, first.items().size());
        assertTrue(references.isDropped(3));
        Feed.Slice rest = references.read(first.end(), 100, 1 << 20);
        assertEquals(4, rest.first());
        assertEquals(2, rest.items().size());
        assertEquals(6, references.read(rest.end(), 100, 1 << 20).first());
    }

    /** Seen before: behind one old message that was still held, 10,000 with topics of 60 KB filled a heap of 512 MB. */
    @Test
    void ofADroppedMessageNothingLargeIsHeld() {
        Feed quick = new Feed(vertx, 0, 1);
        FeedEvent first = event(new byte[1]);
        quick.accept(first);
        assertEquals("t", first.topic());
        quick.accept(event(new byte[1]));
        assertTrue(first.isDropped());
        assertNull(first.topic());
        assertNull(first.json());
    }

    @Test
    void referencesAreBoundedToo() {
        Feed references = Feed.ofReferences(vertx, 0, 1_000);
        for (int i = 0; i < 500; i++) {
            references.accept(event(new byte[1]));
        }
        assertEquals(1, references.read(1, 1, 1).first());
        references.limitTo(800);
        assertEquals(401, references.read(1, 1, 1).first());
    }

    @Test
    void aReadIsBoundedInNumberAndBytes() {
        accept(10, 100);
        assertEquals(3, feed.read(1, 3, 1 << 20).items().size());
        assertEquals(1, feed.read(1, 100, 1).items().size());
        assertEquals(4, feed.read(7, 100, 1 << 20).items().size());
        assertEquals(0, feed.read(11, 100, 1 << 20).items().size());
    }

    @Test
    void idsHaveAForm() {
        assertTrue(Feed.isId(feed.id(7)));
        for (String id : new String[] {"", "7", "a-", "-7", "a-x", "A-7", "a-7 "}) {
            assertFalse(Feed.isId(id), id);
        }
    }

    private void accept(int count, int size) {
        for (int i = 0; i < count; i++) {
            feed.accept(event(new byte[size]));
        }
    }

    private static FeedEvent event(byte[] payload) {
        return new FeedEvent("t", payload, 1, false, MqttProperties.NO_PROPERTIES, payload.length);
    }
}
