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

    /** Sends so many, which are answered at once. */
    private void send(int count) {
        for (int i = 0; i < count; i++) {
            assertEquals(0, pace.waitNanos(nanos, 0));
            pace.answered(nanos);
        }
    }

    /** Sends as much as may be sent for so long, and returns how much that was. */
    private int sendFor(long millis) {
        int sent = 0;
        for (long passed = 0; passed < millis; passed += 10) {
            while (pace.waitNanos(nanos, 0) == 0) {
                pace.answered(nanos);
                sent++;
            }
            pass(10);
        }
        return sent;
    }

    private void assertWaits(int underWay) {
        long wait = pace.waitNanos(nanos, underWay);
        assertTrue(wait > 0 && wait <= TimeUnit.MILLISECONDS.toNanos(50), wait + " ns");
    }

    @Test
    void withoutAComplaintAllIsSent() {
        send(100_000);
        assertEquals(0, pace.waitNanos(nanos, 100_000));
    }

    @Test
    void theFirstComplaintLeavesWhatWasConfirmedInTheLastSecond() {
        send(50);
        pass(1_050);
        send(200);
        assertEquals(200, pace.slowDown(nanos));
        assertEquals(TimeUnit.SECONDS.toNanos(1), pace.waitNanos(nanos, 0));
        pass(999);
        assertEquals(TimeUnit.MILLISECONDS.toNanos(1), pace.waitNanos(nanos, 0));
        pass(51);
        send(200);
        assertWaits(0);
        pass(999);
        assertTrue(pace.waitNanos(nanos, 0) > 0, "there must be more than a second between them");
        pass(51);
        send(200);
    }

    /** However long the broker takes: until it has answered they may come there at any time. */
    @Test
    void whatIsUnderWayCounts() {
        send(20);
        pace.slowDown(nanos);
        pass(1_050);
        send(5);
        assertEquals(0, pace.waitNanos(nanos, 14));
        assertWaits(15);
        pass(5_000);
        assertEquals(0, pace.waitNanos(nanos, 19));
        assertWaits(20);
    }

    @Test
    void whatWasConfirmedBeforeThatSecondDoesNotCount() {
        send(50);
        pass(1_050);
        assertEquals(1, pace.slowDown(nanos));
    }

    @Test
    void eachComplaintAfterThatHalvesItAndDoublesThePause() {
        send(80);
        assertEquals(80, pace.slowDown(nanos));
        for (int most : new int[] {40, 20, 10, 5, 2, 1, 1}) {
            pass(1_000);
            assertEquals(most, pace.slowDown(nanos));
        }
        assertEquals(TimeUnit.SECONDS.toNanos(32), pace.waitNanos(nanos, 0));
    }

    @Test
    void atLeastOneIsSentInASecond() {
        assertEquals(1, pace.slowDown(nanos));
        pass(1_000);
        send(1);
        assertWaits(0);
        pass(1_050);
        send(1);
    }

    @Test
    void afterTenSecondsTheLimitIsRaisedStepByStepAndLiftedAtLast() {
        send(80);
        pace.slowDown(nanos);
        pass(1_000);
        int held = sendFor(10_000);
        assertTrue(held >= 9 * 80 && held <= 10 * 80, held + " messages");
        int sent = sendFor(1_050);
        assertTrue(sent > 80 && sent <= 110, sent + " messages");
        pass(7_000);
        assertEquals(0, pace.waitNanos(nanos, 1_000_000));
        send(10_000);
        assertEquals(10_000, pace.slowDown(nanos), "as if it were the first time");
        assertEquals(TimeUnit.SECONDS.toNanos(1), pace.waitNanos(nanos, 0));
    }

    /** A step is at least one message. */
    @Test
    void theFirstStepComesAfterTenSecondsAndTheLastAfterSeventeen() {
        pace.slowDown(nanos);
        pass(1_000 + 9_999);
        assertEquals(0, pace.waitNanos(nanos, 0));
        assertWaits(1);
        pass(1);
        assertEquals(0, pace.waitNanos(nanos, 1));
        assertWaits(2);
        pass(6_999);
        assertWaits(2);
        pass(1);
        assertEquals(0, pace.waitNanos(nanos, 1_000_000));
    }

    @Test
    void aComplaintWhileItIsRaisedHalvesWhatWasAllowedThen() {
        send(80);
        pace.slowDown(nanos);
        pass(1_000 + 10_000 + 3_500);
        assertEquals(60, pace.slowDown(nanos));
        assertEquals(TimeUnit.SECONDS.toNanos(2), pace.waitNanos(nanos, 0));
    }
}
