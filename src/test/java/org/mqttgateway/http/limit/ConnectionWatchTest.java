package org.mqttgateway.http.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** When a connection ends by itself, and when not. */
@Execution(ExecutionMode.CONCURRENT)
class ConnectionWatchTest {

    private static final int MEMORY = 400_000;
    private static final long SOON = Duration.ofMillis(300).toNanos();
    private static final long NEVER = Duration.ofHours(1).toNanos();

    private final RequestMemory memory = new RequestMemory(MEMORY);

    @Test
    void withoutHeadersItEnds() {
        assertEnds(connection(SOON, NEVER));
    }

    @Test
    void bytesDoNotProlongTheHeaders() {
        EmbeddedChannel connection = connection(SOON, NEVER);
        Awaitility.await().until(() -> {
            connection.writeInbound(Unpooled.copiedBuffer(new byte[] {'x'}));
            return ended(connection);
        });
    }

    /** A head of four bytes for each header takes 24 times as much memory. */
    @Test
    void whatHasComeOfAHeadIsCountedUntilItIsComplete() {
        EmbeddedChannel connection = connection(NEVER, NEVER);
        connection.writeInbound(Unpooled.wrappedBuffer(new byte[1_000]), Unpooled.wrappedBuffer(new byte[500]));
        assertEquals(24 * 1_500, memory.bytes());
        connection.writeInbound(Unpooled.wrappedBuffer(new byte[500]));
        assertEquals(24 * 2_000, memory.bytes());
        ConnectionWatch.of(connection).requestBegun(false);
        assertEquals(0, memory.bytes());
        connection.writeInbound(Unpooled.wrappedBuffer(new byte[500]));
        assertEquals(0, memory.bytes(), "that is the body");
        ConnectionWatch.of(connection).requestEnded();
        connection.writeInbound(Unpooled.wrappedBuffer(new byte[100]));
        assertEquals(24 * 100, memory.bytes());
        connection.close();
        assertEquals(0, memory.bytes());
    }

    @Test
    void aHeadForWhichThereIsNoRoomEndsItsConnection() {
        EmbeddedChannel first = connection(NEVER, NEVER);
        first.writeInbound(Unpooled.wrappedBuffer(new byte[MEMORY / 2 / 24]));
        EmbeddedChannel second = connection(NEVER, NEVER);
        second.writeInbound(Unpooled.wrappedBuffer(new byte[MEMORY / 2 / 24]));
        assertFalse(ended(first));
        assertTrue(ended(second));
        first.close();
        assertEquals(0, memory.bytes());
    }

    @Test
    void aConnectionOfHttp2TakesMoreAsLongAsItIsOpen() {
        EmbeddedChannel connection = connection(NEVER, NEVER);
        assertTrue(ConnectionWatch.of(connection).requestBegun(true));
        assertTrue(ConnectionWatch.of(connection).requestBegun(true));
        ConnectionWatch.of(connection).requestEnded();
        ConnectionWatch.of(connection).requestEnded();
        assertEquals(24 << 10, memory.bytes());
        for (int i = 1; i < MEMORY * 3 / 4 / (24 << 10); i++) {
            assertTrue(ConnectionWatch.of(connection(NEVER, NEVER)).requestBegun(true));
        }
        assertFalse(ConnectionWatch.of(connection(NEVER, NEVER)).requestBegun(true));
        connection.close();
        assertTrue(ConnectionWatch.of(connection(NEVER, NEVER)).requestBegun(true));
    }

    @Test
    void theNextRequestHasAsLong() {
        EmbeddedChannel connection = connection(SOON, NEVER);
        ConnectionWatch.of(connection).requestBegun(false);
        ConnectionWatch.of(connection).requestEnded();
        connection.writeInbound(Unpooled.copiedBuffer(new byte[] {'x'}));
        assertEnds(connection);
    }

    @Test
    void idleItEnds() {
        EmbeddedChannel connection = connection(SOON, SOON);
        ConnectionWatch.of(connection).requestBegun(false);
        ConnectionWatch.of(connection).requestEnded();
        assertEnds(connection);
    }

    @Test
    void aRequestUnderWayKeepsItOpen() {
        // Long enough for a JVM that loads its classes only now.
        EmbeddedChannel connection = connection(Duration.ofSeconds(2).toNanos(), SOON);
        ConnectionWatch.of(connection).requestBegun(false);
        // A second one comes and goes, as over HTTP/2.
        ConnectionWatch.of(connection).requestBegun(false);
        ConnectionWatch.of(connection).requestEnded();
        Awaitility.await().during(Duration.ofSeconds(3)).until(() -> !ended(connection));
        ConnectionWatch.of(connection).requestEnded();
        assertEnds(connection);
    }

    private EmbeddedChannel connection(long headerNanos, long idleNanos) {
        return new EmbeddedChannel(new ConnectionWatch(headerNanos, idleNanos, memory));
    }

    private static void assertEnds(EmbeddedChannel connection) {
        Awaitility.await().until(() -> ended(connection));
    }

    private static boolean ended(EmbeddedChannel connection) {
        connection.runScheduledPendingTasks();
        return !connection.isOpen();
    }
}
