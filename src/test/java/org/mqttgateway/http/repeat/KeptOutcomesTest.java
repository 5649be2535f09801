package org.mqttgateway.http.repeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.mqttgateway.http.repeat.KeptOutcomes.Beginning;
import org.mqttgateway.http.repeat.KeptOutcomes.Begun;

/** What is kept of requests with keys, for whom, for how long, and how much of it. */
class KeptOutcomesTest {

    private static final byte[] CONTENT = {1};

    private long now;
    private int forgotten;
    private KeptOutcomes outcomes = outcomes(10, 1 << 20);

    private KeptOutcomes outcomes(int maxNumber, long maxBytes) {
        return new KeptOutcomes(maxNumber, maxBytes, 100, () -> now, () -> forgotten++);
    }

    @Test
    void whatIsKnownIsKeptAndNotDoneAgain() {
        Kept first = begin(Beginning.FIRST, "ada", "k");
        assertNull(first.known(0));
        first.keep(0, "done", 0);
        first.end(Repeat.Rest.NOT_DONE);
        Kept again = begin(Beginning.AGAIN, "ada", "k");
        assertEquals("done", again.known(0));
        assertTrue(again.knowsAll());
        again.end(Repeat.Rest.NOT_DONE);
        assertEquals("done", begin(Beginning.AGAIN, "ada", "k").known(0));
        begin(Beginning.FIRST, "bob", "k");
        begin(Beginning.FIRST, "ada", "other");
    }

    @Test
    void oneThatIsUnderWayIsNotDoneTwice() {
        Kept first = begin(Beginning.FIRST, "ada", "k");
        begin(Beginning.UNDER_WAY, "ada", "k");
        first.end(Repeat.Rest.MAY_COME);
        Kept again = begin(Beginning.AGAIN, "ada", "k");
        assertFalse(again.knowsAll());
        begin(Beginning.UNDER_WAY, "ada", "k");
        again.end(Repeat.Rest.NOT_DONE);
        begin(Beginning.FIRST, "ada", "k");
    }

    @Test
    void theSameKeyWithOtherContentIsAMistakeAlsoWhileItIsUnderWay() {
        Kept first = begin(Beginning.FIRST, "ada", "k");
        assertEquals(
                Beginning.OTHER_CONTENT,
                begin("ada", false, "k", new byte[] {2}).beginning());
        first.keep(0, "done", 0);
        first.end(Repeat.Rest.NOT_DONE);
        assertEquals(
                Beginning.OTHER_CONTENT,
                begin("ada", false, "k", new byte[] {2}).beginning());
    }

    @Test
    void whatHasComeToNothingIsForgottenAndWhatIsUnknownIsNot() {
        begin(Beginning.FIRST, "ada", "nothing").end(Repeat.Rest.NOT_DONE);
        begin(Beginning.FIRST, "ada", "nothing").end(Repeat.Rest.MAY_COME);
        begin(Beginning.AGAIN, "ada", "nothing");
    }

    @Test
    void anOutcomeThatComesLateIsKept() {
        Kept first = begin(Beginning.FIRST, "ada", "k");
        first.end(Repeat.Rest.MAY_COME);
        first.keep(0, "late", 0);
        Kept again = begin(Beginning.AGAIN, "ada", "k");
        assertEquals("late", again.known(0));
        again.keep(0, "later", 0);
        assertEquals("late", again.known(0));
    }

    @Test
    void onlyTheItemsWithoutAnOutcomeAreDoneAgain() {
        Kept first = outcomes.begin("ada", false, "k", CONTENT, 3).kept();
        first.keep(1, "one", 0);
        first.end(Repeat.Rest.NOT_DONE);
        Kept again = begin(Beginning.AGAIN, "ada", "k");
        assertNull(again.known(0));
        assertEquals("one", again.known(1));
        assertFalse(again.knowsAll());
        again.keep(0, "zero", 0);
        again.keep(2, "two", 0);
        again.end(Repeat.Rest.NOT_DONE);
        assertTrue(begin(Beginning.AGAIN, "ada", "k").knowsAll());
    }

    @Test
    void itIsKeptFromItsEndOnForSoLong() {
        Kept first = begin(Beginning.FIRST, "ada", "k");
        now = 1_000;
        first.keep(0, "done", 0);
        first.end(Repeat.Rest.NOT_DONE);
        now = 1_100;
        begin(Beginning.AGAIN, "ada", "k").end(Repeat.Rest.NOT_DONE);
        // A repeat that did nothing does not make it live longer.
        now = 1_101;
        Kept later = begin(Beginning.FIRST, "ada", "k");
        first.keep(0, "too late", 0);
        assertNull(later.known(0));
        later.end(Repeat.Rest.NOT_DONE);
        assertEquals(0, outcomes.number());
        assertEquals(0, outcomes.bytes());
        assertEquals(0, forgotten);
    }

    @Test
    void theEldestAreForgottenWhenThereAreTooMany() {
        for (int i = 0; i < 15; i++) {
            done("ada", false, "k" + i, 0);
        }
        assertEquals(10, outcomes.number());
        assertEquals(5, forgotten);
        begin(Beginning.FIRST, "ada", "k4");
        begin(Beginning.AGAIN, "ada", "k14");
    }

    @Test
    void whatIsKeptIsBoundedInBytes() {
        outcomes = outcomes(1_000, 100_000);
        for (int i = 0; i < 100; i++) {
            done("ada", false, "k" + i, 10_000);
            assertTrue(outcomes.bytes() <= 100_000, outcomes.bytes() + " bytes");
        }
        assertEquals(9, outcomes.number());
        // One alone may be larger than everything.
        done("ada", false, "large", 200_000);
        assertEquals(0, outcomes.number());
        assertEquals(0, outcomes.bytes());
    }

    @Test
    void whereSeveralShareNobodyHasMoreThanHalfAndForgetsHisOwn() {
        done("bob", true, "his", 0);
        for (int i = 0; i < 20; i++) {
            done("ada", true, "k" + i, 0);
        }
        assertEquals(6, outcomes.number());
        begin(Beginning.AGAIN, "bob", "his");
        begin(Beginning.FIRST, "ada", "k14");
        outcomes = outcomes(1_000, 10_000);
        done("bob", true, "his", 1_000);
        done("ada", true, "a", 3_000);
        done("ada", true, "b", 3_000);
        begin(Beginning.AGAIN, "bob", "his");
        begin(Beginning.FIRST, "ada", "a");
    }

    @Test
    void nothingMoreBeginsWhileTooManyAreUnderWay() {
        for (int i = 0; i < 10; i++) {
            begin(Beginning.FIRST, "ada", "k" + i);
        }
        assertEquals(Beginning.NO_ROOM, begin("ada", false, "more", CONTENT).beginning());
        assertEquals(10, outcomes.number());
        begin(Beginning.UNDER_WAY, "ada", "k0");
    }

    private void done(String owner, boolean sharing, String key, long weight) {
        Kept kept = begin(owner, sharing, key, CONTENT).kept();
        kept.keep(0, "done", weight);
        kept.end(Repeat.Rest.NOT_DONE);
    }

    private Kept begin(Beginning expected, String owner, String key) {
        Begun begun = begin(owner, false, key, CONTENT);
        assertEquals(expected, begun.beginning());
        return begun.kept();
    }

    private Begun begin(String owner, boolean sharing, String key, byte[] content) {
        return outcomes.begin(owner, sharing, key, content, 1);
    }
}
