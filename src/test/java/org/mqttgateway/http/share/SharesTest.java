package org.mqttgateway.http.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.caller.Owner;
import org.mqttgateway.mqtt.topic.TopicAllowList;

/** No user holds more than half of a limited thing, and what is given back counts no more. */
class SharesTest {

    private static final Caller ADA = caller(Owner.user("ada", 0, true));
    private static final Caller BOB = caller(Owner.user("bob", 0, true));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TooMany tooMany = new TooMany(meters);

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 1", "3, 1", "4, 2", "20, 10", "1001, 500"})
    void aCallerHoldsHalfOfTheLimitAndAtLeastOne(int limit, int half) {
        Shares shares = shares(limit);
        for (int i = 0; i < half; i++) {
            shares.take(ADA);
        }
        assertThrows(HttpProblem.class, () -> shares.take(ADA));
        for (int i = 0; i < half; i++) {
            shares.take(BOB);
        }
        assertThrows(HttpProblem.class, () -> shares.take(BOB));
    }

    @Test
    void whoIsRefusedLearnsWhyAndWhenToComeBackAndIsCounted() {
        Shares shares = shares(2);
        shares.take(ADA);
        HttpProblem refused = assertThrows(HttpProblem.class, () -> shares.take(ADA));
        assertEquals(429, refused.problem().status());
        assertEquals(15, refused.problem().code());
        assertEquals(OptionalInt.of(5), refused.retryAfterSeconds());
        assertEquals(
                "you hold half of the places (mqtt.places), and no user may hold more; give one back",
                refused.problem().detail());
        assertEquals(
                1, meters.counter("mqtt.gateway.limited", "reason", "share").count());
    }

    @Test
    void whatIsGivenBackIsGivenBackOnce() {
        Shares shares = shares(4);
        Shares.Place one = shares.take(ADA);
        shares.take(ADA);
        one.giveBack();
        one.giveBack();
        shares.take(ADA);
        assertThrows(HttpProblem.class, () -> shares.take(ADA));
    }

    @Test
    void bytesCountToo() {
        Shares shares = new Shares(tooMany, "places", "wait", 1, 1_000, 100);
        Shares.Place forty = shares.take(ADA, 40);
        shares.take(ADA, 10);
        assertThrows(HttpProblem.class, () -> shares.take(ADA, 1));
        forty.giveBack();
        shares.take(ADA, 40);
        // Whoever holds nothing may take any number: a message that is larger than half would never pass otherwise.
        Shares.Place large = shares.take(BOB, 90);
        assertThrows(HttpProblem.class, () -> shares.take(BOB, 0));
        large.giveBack();
        shares.take(BOB, 0);
    }

    @Test
    void whatIsHeldMayBecomeMoreAndLess() {
        Shares shares = new Shares(tooMany, "places", "wait", 1, 1_000, 100);
        Shares.Place one = shares.take(ADA);
        assertTrue(one.tryHold(80), "whoever holds nothing else may hold any number");
        assertTrue(one.tryHold(30));
        Shares.Place two = shares.take(ADA);
        assertFalse(two.tryHold(21));
        assertTrue(two.tryHold(20));
        assertTrue(shares.take(BOB).tryHold(50));
        one.giveBack();
        assertFalse(one.tryHold(1), "it has been given back");
        assertTrue(two.tryHold(50));
        two.giveBack();
        assertEquals(1, shares.owners());
    }

    @Test
    void whereNobodyLogsInOrOneUserAloneNobodyIsRefused() {
        Shares shares = shares(2);
        for (Owner owner : List.of(Owner.NOBODY, Owner.address("192.0.2.1", 10), Owner.user("alone", 0, false))) {
            for (int i = 0; i < 100; i++) {
                shares.take(caller(owner)).giveBack();
                shares.take(caller(owner));
            }
        }
        assertEquals(0, shares.owners());
    }

    @Test
    void whoeverHoldsNothingIsForgotten() {
        Shares shares = shares(10);
        List<Shares.Place> places = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            places.add(shares.take(caller(Owner.token("subject" + i, 0))));
        }
        assertEquals(1_000, shares.owners());
        places.forEach(Shares.Place::giveBack);
        assertEquals(0, shares.owners());
    }

    @Test
    void manyThreadsLoseNothing() {
        Shares shares = shares(8);
        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                            for (int i = 0; i < 20_000; i++) {
                                try {
                                    shares.take(ADA).giveBack();
                                } catch (HttpProblem full) {
                                    // The other threads hold the four places.
                                    Thread.onSpinWait();
                                }
                            }
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertEquals(0, shares.owners());
    }

    /** Users and subjects of tokens may have the same names, and a token's may have any length. */
    @Test
    void namesOfDifferentKindsAreDifferentOwners() {
        assertTrue(
                Owner.user("ada", 0, true).key().compareTo(Owner.token("ada", 0).key()) != 0);
        String name = "x".repeat(10_000);
        assertTrue(Owner.token(name, 0).key().length() < 200);
        assertTrue(!Owner.token(name, 0).equals(Owner.token(name + "x", 0)));
        assertEquals(Owner.token(name, 0), Owner.token("x".repeat(10_000), 0));
        assertEquals(Owner.token(null, 0), Owner.token("", 0));
    }

    private Shares shares(int limit) {
        return new Shares(tooMany, "places (mqtt.places)", "give one back", 5, limit);
    }

    private static Caller caller(Owner owner) {
        TopicAllowList all = TopicAllowList.of(List.of("#"));
        return new Caller(all, all, Caller.Own.UNLIMITED, owner);
    }
}
