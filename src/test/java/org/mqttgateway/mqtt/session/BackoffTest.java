package org.mqttgateway.mqtt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.Patience;

/** How long a session waits before it connects again. */
class BackoffTest {

    private final Backoff backoff = new Backoff(Patience.DEFAULT.retryMillis());

    @Test
    void delaysDoubleFromHalfASecondToThirtySeconds() {
        assertEquals(500, backoff.nextMillis());
        for (long full = 1_000; full <= 16_000; full *= 2) {
            long delay = backoff.nextMillis();
            assertTrue(delay >= full / 2 && delay <= full, delay + " of " + full);
        }
        for (int i = 0; i < 100; i++) {
            long delay = backoff.nextMillis();
            assertTrue(delay >= 15_000 && delay <= 30_000, "" + delay);
        }
        backoff.reset();
        assertEquals(500, backoff.nextMillis());
    }

    @Test
    void afterAConnectionThatWasInUseTheFirstAttemptsComeSoon() {
        assertEquals(0, backoff.shortMillis());
        assertEquals(10, backoff.shortMillis());
        for (int i = 0; i < 100; i++) {
            assertTrue(backoff.shortMillis() <= 500);
        }
        assertEquals(500, backoff.shortMillis());
        assertEquals(0, afterPoison(50));
        assertEquals(0, backoff.shortMillis());
    }

    private long afterPoison(long livedMillis) {
        return backoff.afterLossMillis(SessionHandler.Next.AT_ONCE, livedMillis);
    }

    @Test
    void causeAfterCauseMakesAPauseThatGrows() {
        for (int i = 0; i < 5; i++) {
            assertEquals(0, afterPoison(50));
        }
        assertEquals(10, afterPoison(50));
        assertEquals(20, afterPoison(199));
        for (int i = 0; i < 100; i++) {
            assertTrue(afterPoison(50) <= 100);
        }
        assertEquals(100, afterPoison(50));
        assertEquals(0, afterPoison(3_000), "it was in use for a while");
        for (int i = 0; i < 100; i++) {
            assertEquals(0, afterPoison(200));
        }
    }
}
