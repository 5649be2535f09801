package org.mqttgateway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** When an event loop counts as blocked, and when it only gets no processor. */
class BlockedLoopTest {

    private static final long SAID = 10_000;
    private static final long MILLIS = 600;
    private static final String COMPUTING = "app//org.mqttgateway.publish.parse.JsonText.compact(JsonText.java:29)";

    @Test
    void whoComputesIsBlocked() {
        assertTrue(said(COMPUTING).isBlocked(List.of(processor(500))));
    }

    @Test
    void whoComputesForAMomentIsNot() {
        assertFalse(new BlockedLoop(SAID, BlockedLoop.LIMIT_MILLIS, "blocked", List.of(COMPUTING))
                .isBlocked(List.of(processor(600))));
    }

    @Test
    void whoGetsNoProcessorIsNot() {
        assertFalse(said(COMPUTING).isBlocked(List.of(processor(200))));
    }

    @Test
    void ofWhomNothingIsKnownIsNot() {
        assertFalse(said(COMPUTING).isBlocked(List.of(new EventLoopTimes(0))));
        assertFalse(said(COMPUTING).isBlocked(List.of()));
    }

    @Test
    void whoWaitsIsBlocked() {
        for (String method : List.of(
                "java.base@17.0.15/jdk.internal.misc.Unsafe.park(Native Method)",
                "java.base@17.0.15/java.lang.Object.wait(Native Method)",
                "java.base/java.lang.Thread.sleep0(Native Method)",
                "java.base/java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)")) {
            assertTrue(
                    said(method, "app//org.mqttgateway.Any.method(Any.java:1)").isBlocked(List.of()), method);
        }
    }

    @Test
    void whoWritesToASocketOnlyGetsNoProcessor() {
        BlockedLoop writing = said("java.base@17.0.15/sun.nio.ch.FileDispatcherImpl.write0(Native Method)", COMPUTING);
        assertFalse(writing.isBlocked(List.of(processor(200))));
        assertTrue(writing.isBlocked(List.of(processor(500))));
    }

    @Test
    void toWaitForALockCountsAsComputing() {
        BlockedLoop locked = said(
                "java.base@17.0.15/jdk.internal.misc.Unsafe.park(Native Method)",
                "java.base@17.0.15/java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322)",
                COMPUTING);
        assertFalse(locked.isBlocked(List.of(processor(200))));
        assertTrue(locked.isBlocked(List.of(processor(500))));
    }

    @Test
    void toLoadClassesMayTakeLonger() {
        List<String> loading = List.of(
                "java.base@17.0.15/java.io.UnixFileSystem.getBooleanAttributes0(Native Method)",
                "java.base@17.0.15/java.lang.ClassLoader.loadClass(ClassLoader.java:525)",
                COMPUTING);
        BlockedLoop once = new BlockedLoop(SAID, MILLIS, "blocked", loading);
        BlockedLoop tooLong = new BlockedLoop(SAID, BlockedLoop.FIRST_USE_MILLIS, "blocked", loading);
        assertFalse(once.isBlocked(List.of(processor(600))));
        assertTrue(tooLong.isBlocked(List.of(processor(600))));
        assertFalse(tooLong.isBlocked(List.of(processor(200))));
    }

    @Test
    void aGatewaySaysItInLinesOfItsOwn() {
        String message =
                "Thread Thread[vert.x-eventloop-thread-1,5,main] has been blocked for 423 ms, time limit is 200 ms";
        List<BlockedLoop> said = BlockedLoop.of(List.of(
                "2026-11-29 00:58:09,456 " + message + ": io.vertx.core.VertxException: Thread blocked",
                "\tat " + COMPUTING,
                "\tat java.base/java.lang.Thread.run(Thread.java:840)",
                "",
                "2026-11-29 00:58:09,656 " + message.replace("423", "623"),
                "2026-11-29 00:58:09,656 " + message.replace("eventloop", "worker")));
        assertEquals(List.of(423L, 623L), said.stream().map(BlockedLoop::millis).toList());
        assertEquals(
                List.of(2, 0), said.stream().map(loop -> loop.stack().size()).toList());
        assertEquals(200, said.get(1).at() - said.get(0).at());
        assertTrue(said.get(0).toString().contains(COMPUTING));
    }

    /** In each Vert.x of the process of the tests, without a word of the test. */
    @Test
    void anEventLoopThatWaitsIsSeen() {
        Vertx vertx = Vertx.vertx();
        CountDownLatch seen = new CountDownLatch(1);
        vertx.runOnContext(v -> {
            try {
                seen.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            List<BlockedLoop> said = Awaitility.await("Vert.x says so")
                    .atMost(10, TimeUnit.SECONDS)
                    .until(BlockedLoops::said, loops -> !loops.isEmpty());
            assertTrue(said.stream().anyMatch(loop -> loop.isBlocked(List.of())), said.toString());
        } finally {
            seen.countDown();
            Futures.get(vertx.close());
            BlockedLoops.said();
        }
    }

    private static BlockedLoop said(String... stack) {
        return new BlockedLoop(SAID, MILLIS, "blocked", List.of(stack));
    }

    /** A process with two event loops, one of which has had a processor for so many milliseconds of the time. */
    private static EventLoopTimes processor(long millis) {
        EventLoopTimes times = new EventLoopTimes(0);
        for (long at = 0; at <= MILLIS; at += 100) {
            long nanos = TimeUnit.MILLISECONDS.toNanos(millis * at / MILLIS);
            times.add(new EventLoopTimes.Look(SAID - MILLIS + at, Map.of("1", 0L, "2", nanos)));
        }
        return times;
    }
}
