package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The places that all connections share: never more than there are, and none stays free while somebody waits for it. */
class SendWindowTest {

    private static final Runnable NOBODY = () -> {};

    private final List<String> woken = new ArrayList<>();

    @Test
    void endsAtTheNumberAndAtTheBytes() {
        SendWindow window = new SendWindow(2, 100);
        assertTrue(window.tryTake(60, NOBODY));
        assertFalse(window.tryTake(41, NOBODY));
        assertTrue(window.tryTake(40, NOBODY));
        assertFalse(window.tryTake(0, NOBODY));
        assertEquals(2, window.size());
    }

    @Test
    void onePublishOfAnySizeFits() {
        SendWindow window = new SendWindow(2, 100);
        assertTrue(window.tryTake(Integer.MAX_VALUE, NOBODY));
        assertFalse(window.tryTake(1, NOBODY));
        window.giveBack(Integer.MAX_VALUE);
        assertTrue(window.tryTake(1, NOBODY));
    }

    @Test
    void wakesThoseWhoWaitInTurnOnceEach() {
        SendWindow window = new SendWindow(1, 100);
        window.tryTake(1, NOBODY);
        window.tryTake(1, () -> woken.add("a"));
        window.tryTake(1, () -> woken.add("b"));
        window.giveBack(1);
        assertEquals(List.of("a"), woken);
        window.wakeNext();
        window.wakeNext();
        assertEquals(List.of("a", "b"), woken);
    }

    /** One place is never given back, so who misses a wake-up waits for ever. */
    @Test
    void losesNoWakeUpBetweenThreads() throws Exception {
        SendWindow window = new SendWindow(2, 1_000);
        assertTrue(window.tryTake(1, NOBODY));
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Boolean>> takers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                takers.add(executor.submit(() -> {
                    start.await();
                    return takesAndGivesBack(window, 20_000);
                }));
            }
            start.countDown();
            for (Future<Boolean> taker : takers) {
                assertTrue(taker.get(20, TimeUnit.SECONDS), "a wake-up was lost");
            }
            assertEquals(1, window.size());
        } finally {
            executor.shutdownNow();
        }
    }

    private static boolean takesAndGivesBack(SendWindow window, int times) throws InterruptedException {
        Semaphore wakeUp = new Semaphore(0);
        for (int i = 0; i < times; i++) {
            while (!window.tryTake(1, wakeUp::release)) {
                if (!wakeUp.tryAcquire(5, TimeUnit.SECONDS)) {
                    return false;
                }
            }
            window.giveBack(1);
        }
        // As a session does that was woken and needs no place any more.
        window.wakeNext();
        return true;
    }
}
