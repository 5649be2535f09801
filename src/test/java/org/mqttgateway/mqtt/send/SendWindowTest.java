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

    private final List<String> turns = new ArrayList<>();

    @Test
    void endsAtTheNumberAndAtTheBytes() {
        SendWindow window = new SendWindow(2, 100);
        assertTrue(window.tryTake(60, NOBODY));
        assertTrue(window.tryTake(40, NOBODY));
        assertFalse(window.tryTake(0, NOBODY));
        assertEquals(2, window.size());
        SendWindow bytes = new SendWindow(3, 100);
        assertTrue(bytes.tryTake(60, NOBODY));
        assertFalse(bytes.tryTake(41, NOBODY));
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
    void thoseWhoWaitGetAPlaceInTheirTurn() {
        SendWindow window = new SendWindow(1, 100);
        window.tryTake(1, NOBODY);
        assertFalse(window.tryTake(1, () -> turns.add("a")));
        assertFalse(window.tryTake(1, () -> turns.add("b")));
        window.giveBack(1);
        assertEquals(List.of("a"), turns);
        assertEquals(1, window.size(), "it has the place");
        window.giveBack(1);
        assertEquals(List.of("a", "b"), turns);
        window.giveBack(1);
        assertEquals(0, window.size());
        assertTrue(window.tryTake(1, NOBODY));
    }

    /** Without its turn it would wait as long as smaller ones take what is given back. */
    @Test
    void aLargeOneDoesNotStarveBesideSmallOnes() {
        SendWindow window = new SendWindow(100, 100);
        window.tryTake(50, NOBODY);
        window.tryTake(50, NOBODY);
        assertFalse(window.tryTake(100, () -> turns.add("large")));
        window.giveBack(50);
        assertFalse(window.tryTake(10, () -> turns.add("small")), "the room is for the large one");
        assertEquals(List.of(), turns);
        window.giveBack(50);
        assertEquals(List.of("large"), turns);
        window.giveBack(100);
        assertEquals(List.of("large", "small"), turns);
    }

    @Test
    void whatIsWithTheBrokerAlreadyTakesAPlaceInAnyCase() {
        SendWindow window = new SendWindow(1, 100);
        window.take(60);
        window.take(60);
        assertEquals(2, window.size());
        window.giveBack(60);
        assertFalse(window.tryTake(1, NOBODY));
    }

    /** A place is given back at the moment at which another thread asks for it; one more is never given back, so nothing else wakes anybody. */
    @Test
    void losesNoTurnBetweenThreads() throws Exception {
        SendWindow window = new SendWindow(2, 1_000);
        assertTrue(window.tryTake(1, NOBODY));
        int rounds = 50_000;
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<?> other = executor.submit(() -> {
                Semaphore turn = new Semaphore(0);
                for (int round = 1; round <= rounds; round++) {
                    awaitRound(asked, round);
                    if (!window.tryTake(1, turn::release)) {
                        assertTrue(turn.tryAcquire(2, TimeUnit.SECONDS), "a turn was lost");
                    }
                    window.giveBack(1);
                    served.set(round);
                }
                return null;
            });
            Semaphore turn = new Semaphore(0);
            for (int round = 1; round <= rounds && !other.isDone(); round++) {
                if (!window.tryTake(1, turn::release)) {
                    assertTrue(turn.tryAcquire(2, TimeUnit.SECONDS), "a turn was lost");
                }
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
