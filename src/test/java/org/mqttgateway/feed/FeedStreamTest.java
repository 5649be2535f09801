package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.server.HttpChannel;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.TcpRelay;

/** Every listener gets every message; a slow one loses the oldest, is told how many, and is sent no more than its socket takes. */
class FeedStreamTest {

    private static final byte[] MEBIBYTE = "m".repeat(1 << 20).getBytes();

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aCommentComesFirstAndThenTheReplayAndNewOnes() {
        Feed feed = feed(5, 100);
        accept(feed, 8);
        Client client = listen(feed, feed.replayPosition());
        client.await("8");
        accept(feed, 2);
        assertEquals(": " + numbers(4, 10), client.await("10"));
    }

    /** So that it becomes the last event id of a listener that gets no message before its connection breaks. */
    @Test
    void theIdOfTheMessageBeforeComesAtOnce() {
        Feed feed = feed(0, 100);
        accept(feed, 8);
        assertEquals(
                ":\nid:" + feed.id(8) + "\n\n",
                listen(feed, feed.replayPosition()).text());
        assertEquals(9, feed.positionAfter(feed.id(8)));
    }

    @Test
    void whoseTokenHasExpiredIsToldSoBehindWhatWasBegun() {
        Feed feed = feed(0, 100);
        Client client = listen(feed, 1);
        client.take(1);
        feed.accept(event(MEBIBYTE));
        Awaitility.await().until(() -> client.writes() == 2);
        client.expire();
        accept(feed, 1);
        assertEquals("", client.end());
        client.take(Integer.MAX_VALUE);
        client.read();
        Awaitility.await().until(() -> client.end().equals("end"));
        assertEquals(": 1 end {\"reason\":\"token expired\"}", client.events());
    }

    /** It holds its place no longer than any other who does not read. */
    @Test
    void whoseTokenHasExpiredAndWhoDoesNotReadIsDisconnected() {
        Client client = silent(feed(0, 100));
        client.expire();
        for (int i = 0; i < FeedStream.PATIENCE; i++) {
            assertEquals("", client.end());
            client.heartbeat();
        }
        assertEquals("reset", client.end());
    }

    @Test
    void allListenersGetEachMessage() {
        Feed feed = feed(0, 1000);
        List<Client> clients = Stream.of(context, vertx.getOrCreateContext(), context)
                .map(own -> new Client(own, feed, 1, false))
                .toList();
        accept(feed, 500);
        clients.forEach(client -> assertEquals(": " + numbers(1, 500), client.await("500")));
    }

    @Test
    void whatComesTogetherIsWrittenTogether() {
        Feed feed = feed(0, 1000);
        Client client = listen(feed, 1);
        accept(feed, 1000);
        client.await("1000");
        assertTrue(client.writes() < 100, client.writes() + " writes");
    }

    @Test
    void theOldestAreDroppedAndCounted() {
        Feed feed = feed(0, 3);
        Client client = silent(feed);
        accept(feed, 10);
        client.read();
        assertEquals(": dropped {\"count\":7} 8 9 10", client.await("10"));
    }

    @Test
    void whatIsDroppedLaterIsCountedAnew() {
        Feed feed = feed(0, 2);
        Client client = silent(feed);
        accept(feed, 3);
        client.read();
        client.await("3");
        client.stopReading();
        accept(feed, 5);
        client.read();
        assertEquals(": dropped {\"count\":1} 2 3 dropped {\"count\":3} 7 8", client.await("8"));
    }

    @Test
    void largeMessagesAreDroppedByTheirBytes() {
        Feed feed = feed(0, 1000);
        Client client = silent(feed);
        for (int i = 0; i < 10; i++) {
            feed.accept(event(MEBIBYTE));
        }
        client.read();
        assertEquals(": dropped {\"count\":3} " + numbers(4, 10), client.await("10"));
    }

    @Test
    void aMessageLargerThanWhatIsHeldIsSentInPieces() {
        Feed feed = feed(0, 1000);
        Client client = silent(feed);
        feed.accept(event("m".repeat(9 << 20).getBytes()));
        client.read();
        assertEquals(": 1", client.await("1"));
        assertTrue(client.largest() <= Pieces.MAX_BYTES, client.largest() + " bytes at once");
    }

    @Test
    void aSocketThatTakesMoreWhileItIsWrittenToGetsEachMessageOnce() {
        Feed feed = feed(0, 1000);
        Client client = listen(feed, 1);
        client.drainAtOnce();
        for (int i = 0; i < 3; i++) {
            feed.accept(event(MEBIBYTE));
            accept(feed, 1);
        }
        assertEquals(": " + numbers(1, 6), client.await("6"));
    }

    @Test
    void oneThatStopsInTheMiddleOfALargeMessageHoldsItNoLongerThanTheFeed() {
        Feed feed = feed(0, 1000);
        Client client = listen(feed, 1);
        client.take(1);
        feed.accept(event(MEBIBYTE));
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> client.writes() == 2);
        assertEquals("", client.end());
        feed.accept(event("m".repeat(9 << 20).getBytes()));
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> client.end().equals("reset"));
    }

    @Test
    void whoDoesNotReadIsDisconnectedWhereTooMuchIsHeldForOthersWhoDoNot() {
        Feed feed = feed(0, 1000);
        Held unread = new Held(Held.ANY_NUMBER, 2 * Pieces.MAX_BYTES);
        Client reader = new Client(context, feed, 1, false, unread);
        List<Client> silent = Stream.generate(() -> new Client(context, feed, 1, false, unread))
                .limit(3)
                .toList();
        silent.forEach(client -> client.take(1));
        accept(feed, 1);
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> silent.get(2).end(), "reset"::equals);
        assertEquals("", silent.get(0).end() + silent.get(1).end());
        assertEquals(2 * Pieces.MAX_BYTES, unread.bytes());
        silent.get(0).take(10);
        silent.get(0).read();
        assertEquals(Pieces.MAX_BYTES, unread.bytes());
        accept(feed, 1);
        assertEquals(": 1 2", reader.await("2"));
        assertEquals(": 1 2", silent.get(0).await("2"));
    }

    @Test
    void nothingIsWrittenWhileTheSocketTakesNothing() {
        Feed feed = feed(0, 1000);
        Client client = silent(feed);
        Client reader = listen(feed, 1);
        accept(feed, 5);
        reader.await("5");
        assertEquals(":", client.events());
        assertEquals(1, client.writes());
    }

    @Test
    void theHeartbeatIsACommentWhereNothingElseWasSentSince() {
        Feed feed = feed(0, 1000);
        Client client = listen(feed, 1);
        client.heartbeat();
        client.heartbeat();
        client.await(": :");
        accept(feed, 1);
        client.await("1");
        client.heartbeat();
        assertEquals(": : 1", client.events());
        client.heartbeat();
        assertEquals(": : 1 :", client.events());
    }

    @Test
    void oneThatTakesNothingForFourHeartbeatsIsDisconnected() {
        Client silent = silent(feed(0, 10));
        Client slow = silent(feed(0, 10));
        for (int i = 0; i < 3; i++) {
            silent.heartbeat();
            slow.heartbeat();
        }
        slow.read();
        slow.stopReading();
        assertEquals("", silent.end());
        silent.heartbeat();
        slow.heartbeat();
        assertEquals("reset", silent.end());
        assertEquals("", slow.end());
    }

    /** A peer that has vanished says nothing, not even that it has gone: what its connection does not take in a minute ends it. */
    @Test
    void oneThatHasVanishedIsDisconnected() throws IOException {
        Feed feed = feed(0, 1000);
        CompletableFuture<FeedStream> stream = new CompletableFuture<>();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<Context> eventLoop = new CompletableFuture<>();
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            FeedLoop loop = feed.loop();
            FeedStream own = new FeedStream(
                    request.response(),
                    1,
                    () -> loop.flush(stream.join()),
                    new Held(1, 1).share(),
                    () -> HttpChannel.abort(request));
            stream.complete(own);
            eventLoop.complete(vertx.getOrCreateContext());
            request.response().closeHandler(gone::complete);
            own.begin(feed.id(0));
            loop.add(own);
        });
        int port = Futures.get(server.listen(0, "127.0.0.1")).actualPort();
        try (TcpRelay relay = new TcpRelay(port);
                Socket listener = SseClient.notReading(relay.port(), "/")) {
            assertEquals('H', listener.getInputStream().read());
            relay.blackHole();
            // Messages of which each is written at once, so that only its silence can end it.
            byte[] message = "m".repeat(50_000).getBytes(StandardCharsets.US_ASCII);
            Awaitility.await("it is disconnected").atMost(30, TimeUnit.SECONDS).until(() -> {
                for (int i = 0; i < 20; i++) {
                    feed.accept(event(message));
                }
                eventLoop.join().runOnContext(v -> stream.join().heartbeat());
                return gone.isDone();
            });
        }
    }

    @Test
    void theEndOfTheFeedEndsItsStreams() {
        Feed feed = feed(0, 10);
        Client client = listen(feed, 1);
        feed.end();
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> client.end().equals("end"));
    }

    @Test
    void aListenerThatLeftGetsNothing() {
        Feed feed = feed(0, 10);
        Client gone = listen(feed, 1);
        Client stays = listen(feed, 1);
        gone.leave();
        accept(feed, 1);
        stays.await("1");
        assertEquals(":", gone.events());
    }

    private Feed feed(int replay, int capacity) {
        return new Feed(vertx, replay, capacity);
    }

    private Client listen(Feed feed, long position) {
        return new Client(context, feed, position, false);
    }

    /** One whose socket takes nothing at first. */
    private Client silent(Feed feed) {
        return new Client(context, feed, 1, true);
    }

    private static void accept(Feed feed, int count) {
        for (int i = 0; i < count; i++) {
            feed.accept(event(new byte[] {'m'}));
        }
    }

    private static String numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }

    private static FeedEvent event(byte[] payload) {
        return new FeedEvent("t", payload, 1, false, MqttProperties.NO_PROPERTIES, payload.length);
    }
}
