package org.mqttgateway.mqtt.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many messages are sent in which time, after a broker has said that too many came. */
class PaceTest {

    private long nanos = Long.MAX_VALUE - 100_000_000;
    private final Pace pace = new Pace(nanos);

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            assertEquals(0, pace.waitNanos(nanos));
            pace.sent(nanos);
        }
    }

    /** Sends as much as may be sent for so long, and returns how much that was. */
    private int sendFor(long millis) {
        int sent = 0;
        for (long passed = 0; passed < millis; passed += 10) {
            while (pace.waitNanos(nanos) == 0) {
                pace.sent(nanos);
                sent++;
            }
            pass(10);
        }
        return sent;
    }

    @Test
    void withoutAComplaintAllIsSent() {
        send(100_000);
        assertEquals(0, pace.waitNanos(nanos));
    }

    @Test
    void theFirstComplaintLeavesWhatWasConfirmedInTheLastSecond() {
        send(50);
        pass(1_200);
        send(300);
        assertEquals(200, pace.slowDown(nanos, 100));
        assertEquals(TimeUnit.SECONDS.toNanos(1), pace.waitNanos(nanos));
        pass(999);
        assertEquals(TimeUnit.MILLISECONDS.toNanos(1), pace.waitNanos(nanos));
        pass(1_000);
        send(200);
        long wait = pace.waitNanos(nanos);
        assertTrue(wait > 0 && wait <= TimeUnit.MILLISECONDS.toNanos(50), wait + " ns");
        pass(1_050);
        assertTrue(pace.waitNanos(nanos) > 0, "there must be more than a second between them");
        pass(100);
        send(200);
    }

    @Test
    void eachComplaintAfterThatHalvesItAndDoublesThePause() {
        send(100);
        assertEquals(80, pace.slowDown(nanos, 20));
        for (int most : new int[] {40, 20, 10, 5, 2, 1, 1}) {
            pass(40_000 - 39_000);
            assertEquals(most, pace.slowDown(nanos, 1_000));
        }
        assertEquals(TimeUnit.SECONDS.toNanos(32), pace.waitNanos(nanos));
    }

    @Test
    void atLeastOneIsSentInASecond() {
        send(10);
        assertEquals(1, pace.slowDown(nanos, 10));
        pass(2_000);
        send(1);
        assertTrue(pace.waitNanos(nanos) > 0);
        pass(1_200);
        send(1);
    }

    @Test
    void afterTenSecondsTheLimitIsRaisedStepByStepAndLiftedAtLast() {
        send(80);
        pace.slowDown(nanos, 0);
        pass(1_000);
        // Ten seconds of at most 80 in 1.1 s.
        int held = sendFor(10_000);
        assertTrue(held >= 640 && held <= 80 * 10, held + " messages");
        int sent = sendFor(1_150);
        assertTrue(sent > 80 && sent <= 110, sent + " messages");
        pass(7_000);
        assertEquals(0, pace.waitNanos(nanos));
        send(10_000);
        assertEquals(9_000, pace.slowDown(nanos, 1_000), "as if it were the first time");
        assertEquals(TimeUnit.SECONDS.toNanos(1), pace.waitNanos(nanos));
    }

    @Test
    void aComplaintWhileItIsRaisedHalvesWhatWasAllowedThen() {
        send(80);
        pace.slowDown(nanos, 0);
        pass(1_000 + 10_000 + 3_500);
        assertEquals(60, pace.slowDown(nanos, 0));
        assertEquals(TimeUnit.SECONDS.toNanos(2), pace.waitNanos(nanos));
    }
}
