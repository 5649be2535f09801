package org.mqttgateway.mqtt.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** A place is given back at the moment at which another thread asks for it; one more is never given back, so nothing else wakes anybody. */
    @Test
    void losesNoWakeUpBetweenThreads() throws Exception {
        SendWindow window = new SendWindow(2, 1_000);
        assertTrue(window.tryTake(1, NOBODY));
        int rounds = 50_000;
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<?> other = executor.submit(() -> {
                Semaphore wakeUp = new Semaphore(0);
                for (int round = 1; round <= rounds; round++) {
                    awaitRound(asked, round);
                    while (!window.tryTake(1, wakeUp::release)) {
                        assertTrue(wakeUp.tryAcquire(2, TimeUnit.SECONDS), "a wake-up was lost");
                    }
                    window.giveBack(1);
                    served.set(round);
                }
                return null;
            });
            for (int round = 1; round <= rounds && !other.isDone(); round++) {
                assertTrue(window.tryTake(1, NOBODY));
                asked.set(round);
                window.giveBack(1);
                while (served.get() != round && !other.isDone()) {
                    Thread.onSpinWait();
                }
            }
            other.get(20, TimeUnit.SECONDS);
            assertEquals(1, window.size());
        } finally {
            executor.shutdownNow();
        }
    }

    private static void awaitRound(AtomicInteger asked, int round) {
        while (asked.get() != round) {
            Thread.onSpinWait();
        }
    }
}
