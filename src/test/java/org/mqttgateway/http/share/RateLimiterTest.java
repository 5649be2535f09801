package org.mqttgateway.http.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.http.caller.CallerAddressTest;
import org.mqttgateway.http.caller.Owner;
import org.mqttgateway.http.share.RateLimiter.State;

/** The rate of each owner: exactly so many in a second, a bulk at any size that later seconds pay for, and an end to what is remembered. */
class RateLimiterTest {

    private static final Owner ADA = Owner.user("ada", 1_000, true);
    private static final Owner BOB = Owner.user("bob", 1_000, true);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** So that it overflows during the test, as {@link System#nanoTime} may. */
    private long now = Long.MAX_VALUE - SECOND;

    private final RateLimiter limiter = new RateLimiter(() -> now);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1_000, 30_011})
    void atFullSpeedTheRateIsAdmittedInEachSecond(int rate) {
        Owner owner = Owner.user("fast", rate, true);
        int calls = 40_000;
        for (int second = 0; second < 4; second++) {
            int admitted = 0;
            for (int call = 0; call < calls; call++) {
                admitted += limiter.take(owner).admitted() ? 1 : 0;
                now += SECOND / calls;
            }
            assertTrue(Math.abs(admitted - rate) <= 1, admitted + " in second " + second);
        }
    }

    /** Whoever wanted more, and until that is paid off. */
    @Test
    void afterAPauseInWhichAllIsPaidOffThereMayBeABurstAgain() {
        assertEquals(1_000, take(ADA, 1_001));
        now += SECOND + SECOND / 2;
        assertEquals(500, take(ADA, 501));
        now += SECOND + 1;
        assertEquals(1_000, take(ADA, 1_000));
    }

    /** After the first second, which may begin with a burst. */
    @Test
    void whoeverGoesOnAtFullSpeedIsAdmittedEvenly() {
        assertEquals(1_000, take(ADA, 5_000));
        now += SECOND - 1;
        assertEquals(0, take(ADA, 10));
        for (int millis = 0; millis < 1_000; millis++) {
            now += SECOND / 1_000;
            int admitted = take(ADA, 20);
            assertTrue(admitted == 1 || millis == 0 && admitted <= 2, admitted + " in one millisecond");
        }
    }

    @Test
    void whoeverStaysBelowTheRateIsNeverRefused() {
        for (int second = 0; second < 100; second++) {
            assertEquals(300, take(ADA, 300));
            now += SECOND / 4;
            assertEquals(600, take(ADA, 600));
            now += SECOND * 3 / 4;
        }
        for (int call = 0; call < 100_000; call++) {
            assertTrue(limiter.take(BOB).admitted());
            now += SECOND / 990;
        }
    }

    @Test
    void afterAPauseASecondsWorthIsThereAtOnceAndNoMore() {
        take(ADA, 5_000);
        now += SECOND * 3_600 * 24 * 365;
        assertEquals(1_000, take(ADA, 5_000));
    }

    @Test
    void oneOwnerTakesNothingFromAnother() {
        take(ADA, 5_000);
        assertEquals(1_000, take(BOB, 5_000));
        assertEquals(1_000, take(Owner.token("ada", 1_000), 5_000));
        assertEquals(1_000, take(Owner.address("ada", 1_000), 5_000));
    }

    @Test
    void saysHowManyAreLeftAndWhenThereIsOneAgain() {
        assertEquals(new State(true, 999, 1), limiter.take(ADA));
        take(ADA, 998);
        assertEquals(new State(true, 0, 1), limiter.take(ADA));
        assertEquals(new State(false, 0, 1), limiter.take(ADA));
        now += SECOND + 1;
        assertEquals(new State(true, 0, 1), limiter.take(ADA));
        now += SECOND / 2;
        assertEquals(new State(true, 499, 1), limiter.take(ADA));
    }

    /** Whoever waits as long as it was told gets through. */
    @Test
    void aBulkPassesWhereOneIsLeftAndTheFollowingSecondsPayForIt() {
        assertEquals(999, take(ADA, 999));
        assertTrue(limiter.take(ADA).admitted());
        State bulk = limiter.add(ADA, 2_499);
        assertEquals(new State(true, 0, 4), bulk);
        now += SECOND * 5 / 2;
        assertFalse(limiter.take(ADA).admitted());
        now += SECOND;
        // All but the last thousand are paid off, 3.499 s after the first publish.
        assertEquals(1, take(ADA, 10));
        now += SECOND / 2;
        assertEquals(500, take(ADA, 5_000));
    }

    @Test
    void bulksHaveTheRateOnAverage() {
        Owner slow = Owner.user("slow", 10, true);
        int sent = 0;
        for (int second = 0; second < 1_000; second++) {
            for (int attempt = 0; attempt < 5; attempt++) {
                if (limiter.take(slow).admitted()) {
                    limiter.add(slow, 76);
                    sent += 77;
                }
            }
            now += SECOND;
        }
        assertTrue(sent >= 9_900 && sent <= 10_000 + 77, sent + " in 1,000 s");
    }

    @Test
    void theLargestBulkAtTheLowestRateIsPaidOff() {
        Owner slow = Owner.user("slow", 1, true);
        limiter.take(slow);
        assertEquals(new State(true, 0, 1_000_000), limiter.add(slow, 999_999));
        now += 999_999 * SECOND;
        assertEquals(new State(false, 0, 1), limiter.take(slow));
        now += SECOND + 1;
        assertTrue(limiter.take(slow).admitted());
    }

    @Test
    void whoeverHasPaidIsForgottenAndWhoeverOwesIsNot() {
        for (int i = 0; i < 100; i++) {
            limiter.take(Owner.address("192.0.2." + i, 1_000));
        }
        Owner debtor = Owner.address("198.51.100.1", 1);
        limiter.take(debtor);
        limiter.add(debtor, 499);
        now += SECOND * 2;
        for (int i = 0; i < 100; i++) {
            limiter.take(Owner.address("203.0.113." + i, 1_000));
        }
        assertTrue(limiter.size() <= 102, limiter.size() + " are remembered");
        assertEquals(new State(false, 0, 498), limiter.take(debtor));
    }

    @Test
    void aFloodOfAddressesEndsInMemory() {
        take(ADA, 5_000);
        for (int i = 0; i < 5 * RateLimiter.MAX_OWNERS; i++) {
            limiter.take(
                    Owner.address(CallerAddressTest.of("2001:db8:0:" + Integer.toHexString(i % 65_536) + "::1"), 10));
            assertEquals(new State(false, 0, 1), limiter.take(ADA));
        }
        assertEquals(RateLimiter.MAX_OWNERS, limiter.size());
        // Those who owe most are no different.
        for (int i = 0; i < 2 * RateLimiter.MAX_OWNERS; i++) {
            Owner debtor = Owner.address("debtor" + i, 1);
            limiter.take(debtor);
            limiter.add(debtor, 1_000);
        }
        assertEquals(RateLimiter.MAX_OWNERS, limiter.size());
    }

    private int take(Owner owner, int calls) {
        int admitted = 0;
        for (int call = 0; call < calls; call++) {
            admitted += limiter.take(owner).admitted() ? 1 : 0;
        }
        return admitted;
    }
}
