package org.mqttgateway.http;

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

    private static final long SOON = Duration.ofMillis(300).toNanos();
    private static final long NEVER = Duration.ofHours(1).toNanos();

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

    @Test
    void theNextRequestHasAsLong() {
        EmbeddedChannel connection = connection(SOON, NEVER);
        ConnectionWatch.of(connection).requestBegun();
        ConnectionWatch.of(connection).requestEnded();
        connection.writeInbound(Unpooled.copiedBuffer(new byte[] {'x'}));
        assertEnds(connection);
    }

    @Test
    void idleItEnds() {
        EmbeddedChannel connection = connection(SOON, SOON);
        ConnectionWatch.of(connection).requestBegun();
        ConnectionWatch.of(connection).requestEnded();
        assertEnds(connection);
    }

    @Test
    void aRequestUnderWayKeepsItOpen() {
        // Long enough for a JVM that loads its classes only now.
        EmbeddedChannel connection = connection(Duration.ofSeconds(2).toNanos(), SOON);
        ConnectionWatch.of(connection).requestBegun();
        // A second one comes and goes, as over HTTP/2.
        ConnectionWatch.of(connection).requestBegun();
        ConnectionWatch.of(connection).requestEnded();
        Awaitility.await().during(Duration.ofSeconds(3)).until(() -> !ended(connection));
        ConnectionWatch.of(connection).requestEnded();
        assertEnds(connection);
    }

    private static EmbeddedChannel connection(long headerNanos, long idleNanos) {
        return new EmbeddedChannel(new ConnectionWatch(headerNanos, idleNanos));
    }

    private static void assertEnds(EmbeddedChannel connection) {
        Awaitility.await().until(() -> ended(connection));
    }

    private static boolean ended(EmbeddedChannel connection) {
        connection.runScheduledPendingTasks();
        return !connection.isOpen();
    }
}
