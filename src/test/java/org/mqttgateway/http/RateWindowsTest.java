package org.mqttgateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mqttgateway.http.RateWindows.State;

/** The rate of each owner: exactly so many in a second, a bulk at any size that later seconds pay for, and an end to what is remembered. */
class RateWindowsTest {

    private static final Owner ADA = Owner.user("ada", 1_000, true);
    private static final Owner BOB = Owner.user("bob", 1_000, true);
    private static final long BEGIN = Long.MAX_VALUE - 5;

    private long now = BEGIN;
    private final RateWindows windows = new RateWindows(() -> now);

    @Test
    void atFullSpeedExactlySoManyPassInEachSecond() {
        for (int second = 0; second < 5; second++) {
            int admitted = 0;
            for (int call = 0; call < 20_000; call++) {
                admitted += windows.take(ADA).admitted() ? 1 : 0;
                now += TimeUnit.SECONDS.toNanos(1) / 20_000;
            }
            assertEquals(1_000, admitted);
        }
    }

    /** In any second, however it lies, there are at most those of two windows, and over a long time not one too many. */
    @Test
    void aCallerWhoComesAndGoesGetsNoMore() {
        assertEquals(10, take(ADA, 10));
        now += TimeUnit.MILLISECONDS.toNanos(990);
        assertEquals(990, take(ADA, 5_000));
        now += TimeUnit.MILLISECONDS.toNanos(10);
        assertEquals(1_000, take(ADA, 5_000));
        now += TimeUnit.SECONDS.toNanos(3_600);
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
    void saysHowManyAreLeftAndUntilWhen() {
        assertEquals(new State(true, 999, 1), windows.take(ADA));
        take(ADA, 998);
        assertEquals(new State(true, 0, 1), windows.take(ADA));
        assertEquals(new State(false, 0, 1), windows.take(ADA));
        now += TimeUnit.SECONDS.toNanos(1);
        assertEquals(new State(true, 999, 1), windows.take(ADA));
    }

    @Test
    void aBulkPassesWhereOneIsLeftAndTheFollowingSecondsPayForIt() {
        take(ADA, 998);
        windows.take(ADA);
        // 999 of 1,000: a bulk of 2,500 passes.
        assertTrue(windows.take(ADA).admitted());
        assertEquals(new State(true, 0, 3), windows.add(ADA, 2_499));
        assertEquals(new State(false, 0, 3), windows.take(ADA));
        now += TimeUnit.SECONDS.toNanos(1);
        assertEquals(new State(false, 0, 2), windows.take(ADA));
        now += TimeUnit.SECONDS.toNanos(1);
        assertEquals(new State(false, 0, 1), windows.take(ADA));
        now += TimeUnit.SECONDS.toNanos(1);
        // In four seconds 3,499 and 501 are 4,000.
        assertEquals(501, take(ADA, 5_000));
    }

    /** A caller of bulks alone has its rate on average. */
    @Test
    void bulksHaveTheRateOnAverage() {
        Owner slow = Owner.user("slow", 10, true);
        int sent = 0;
        for (int second = 0; second < 1_000; second++) {
            for (int attempt = 0; attempt < 5; attempt++) {
                if (windows.take(slow).admitted()) {
                    windows.add(slow, 76);
                    sent += 77;
                }
            }
            now += TimeUnit.SECONDS.toNanos(1);
        }
        assertTrue(sent >= 10_000 && sent <= 10_000 + 77, sent + " in 1,000 s");
    }

    @Test
    void whoeverHasPaidIsForgottenAndWhoeverOwesIsNot() {
        for (int i = 0; i < 100; i++) {
            windows.take(Owner.address("192.0.2." + i, 1));
        }
        Owner debtor = Owner.address("198.51.100.1", 1);
        windows.take(debtor);
        windows.add(debtor, 500);
        now += TimeUnit.SECONDS.toNanos(1);
        for (int i = 0; i < 100; i++) {
            windows.take(Owner.address("203.0.113." + i, 1));
        }
        assertTrue(windows.size() <= 102, windows.size() + " are remembered");
        assertEquals(new State(false, 0, 500), windows.take(debtor));
    }

    @Test
    void aFloodOfAddressesEndsInMemory() {
        take(ADA, 5_000);
        for (int i = 0; i < 5 * RateWindows.MAX_OWNERS; i++) {
            windows.take(
                    Owner.address(CallerAddressTest.of("2001:db8:0:" + Integer.toHexString(i % 65_536) + "::1"), 10));
            assertEquals(new State(false, 0, 1), windows.take(ADA));
        }
        assertEquals(RateWindows.MAX_OWNERS, windows.size());
        // Those who owe most are no different.
        for (int i = 0; i < 2 * RateWindows.MAX_OWNERS; i++) {
            Owner debtor = Owner.address("debtor" + i, 1);
            windows.take(debtor);
            windows.add(debtor, 1_000);
        }
        assertEquals(RateWindows.MAX_OWNERS, windows.size());
    }

    private int take(Owner owner, int calls) {
        int admitted = 0;
        for (int call = 0; call < calls; call++) {
            admitted += windows.take(owner).admitted() ? 1 : 0;
        }
        return admitted;
    }
}
