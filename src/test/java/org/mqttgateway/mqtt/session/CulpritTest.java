package org.mqttgateway.mqtt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.packet.ReasonCode;

/** What a broker closes the connection for, told from what was under way each time. */
class CulpritTest {

    private static final SessionHandler.Loss CLOSED =
            new SessionHandler.Loss(true, SessionHandler.Loss.NO_REASON, null);
    private static final SessionHandler.Loss GIVEN_UP =
            new SessionHandler.Loss(false, SessionHandler.Loss.NO_REASON, null);

    private static final String FIRST = "first";
    private static final String SECOND = "second";
    private static final String UNSUSPECTED = "unsuspected";

    private long nanos = Long.MAX_VALUE - 100_000_000;
    private final Culprit<String> culprit = new Culprit<>(() -> nanos);

    private String lost(SessionHandler.Loss loss, String... underWay) {
        culprit.lost(List.of(underWay), false, loss);
        return culprit.found();
    }

    private void closedOnBoth() {
        assertNull(lost(CLOSED, FIRST, SECOND));
        culprit.connected();
    }

    @Test
    void withoutALossAllGoTogether() {
        culprit.connected();
        assertTrue(culprit.maySend(false));
        assertFalse(culprit.isSearching());
        assertEquals(0, culprit.retryMillis());
    }

    @Test
    void afterALossThoseThatWereUnderWayGoOneAtATime() {
        closedOnBoth();
        assertTrue(culprit.isSearching());
        assertTrue(culprit.maySend(true));
        assertFalse(culprit.maySend(false));
        assertEquals(251, culprit.retryMillis());
        culprit.answered(FIRST, false);
        assertFalse(culprit.isSuspected(FIRST));
        assertTrue(culprit.isSuspected(SECOND));
        assertTrue(culprit.maySend(true));
    }

    @Test
    void suspicionEndsWithTheLastOfThem() {
        closedOnBoth();
        culprit.answered(FIRST, false);
        assertTrue(culprit.maySend(true));
        culprit.forget(SECOND);
        assertFalse(culprit.maySend(false), "not beside what is still under way");
        assertTrue(culprit.maySend(true));
        assertTrue(culprit.maySend(false));
        assertEquals(0, culprit.retryMillis());
    }

    @Test
    void theOneWithWhichTheBrokerClosesAgainIsFound() {
        closedOnBoth();
        assertSame(FIRST, lost(CLOSED, FIRST));
        assertSame(CLOSED, culprit.foundBy());
        assertFalse(culprit.isSuspected(FIRST), "it is known");
        assertSame(FIRST, culprit.takeFound());
        assertNull(culprit.found());
        assertNull(culprit.takeFound());
    }

    @Test
    void afterARefusalTheNextConnectionTells() {
        closedOnBoth();
        culprit.answered(FIRST, true);
        assertNull(lost(CLOSED, SECOND));
        culprit.connected();
        assertSame(SECOND, lost(CLOSED, SECOND));
    }

    @Test
    void afterAConfirmationItIsFoundAtOnce() {
        closedOnBoth();
        culprit.answered(FIRST, true);
        culprit.answered(UNSUSPECTED, false);
        assertSame(SECOND, lost(CLOSED, SECOND));
    }

    @Test
    void oneThatWasNotUnderWayBeforeIsNot() {
        closedOnBoth();
        assertNull(lost(CLOSED, UNSUSPECTED));
        assertTrue(culprit.isSuspected(UNSUSPECTED));
    }

    @Test
    void ofSeveralNoneIsFound() {
        closedOnBoth();
        assertNull(lost(CLOSED, FIRST, SECOND));
        assertNull(lost(new SessionHandler.Loss(true, ReasonCode.PACKET_TOO_LARGE, null), FIRST, SECOND));
    }

    @Test
    void norIsOneBesideSomethingElseThatMayBeTheCause() {
        closedOnBoth();
        culprit.lost(List.of(FIRST), true, CLOSED);
        culprit.lost(List.of(FIRST), true, new SessionHandler.Loss(true, ReasonCode.MALFORMED_PACKET, null));
        assertNull(culprit.found());
        culprit.connected();
        assertSame(FIRST, lost(CLOSED, FIRST), "alone it is");
    }

    /** Whatever it was: what is sent next must not be taken for the cause with it. */
    @Test
    void aLossWithNothingButSomethingElseUnderWayBeginsTheSearchToo() {
        culprit.lost(List.of(), true, CLOSED);
        culprit.connected();
        assertTrue(culprit.isSearching());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x8b, 0x8e, 0x93, 0x96, 0x97})
    void aLossOfOtherCausesAccusesNobody(int reason) {
        assertNull(lost(GIVEN_UP, FIRST));
        assertNull(lost(new SessionHandler.Loss(true, reason, null), FIRST));
        assertNull(lost(CLOSED));
        assertFalse(culprit.isSuspected(FIRST));
        culprit.connected();
        assertTrue(culprit.maySend(false));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x82, 0x90, 0x94, 0x95, 0x99, 0x9a, 0x9b})
    void whereTheBrokerSaysThatAPacketIsWhyOneTimeIsEnough(int reason) {
        SessionHandler.Loss forAPacket = new SessionHandler.Loss(true, reason, null);
        assertNull(lost(forAPacket, FIRST, SECOND));
        assertSame(UNSUSPECTED, lost(forAPacket, UNSUSPECTED));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x83, 0x87})
    void whereItSaysSomethingElseItTakesTwo(int reason) {
        SessionHandler.Loss loss = new SessionHandler.Loss(true, reason, null);
        assertNull(lost(loss, FIRST));
        culprit.connected();
        assertSame(FIRST, lost(loss, FIRST));
    }

    @Test
    void aBrokerThatWasAwayClosedForNobody() {
        closedOnBoth();
        lost(CLOSED, FIRST);
        assertSame(FIRST, culprit.unreachable());
        assertFalse(culprit.isSuspected(SECOND));
        culprit.connected();
        assertTrue(culprit.maySend(false));
        assertNull(culprit.unreachable());
    }

    /** So that those that are innocent do not wait long; the next moment is twice as long, for a broker that closes later than that. */
    @Test
    void afterAMomentAllGoTogether() {
        closedOnBoth();
        for (int moment : List.of(250, 500, 1_000, 2_000, 2_000)) {
            assertEquals(moment + 1, culprit.retryMillis());
            passAMoment(moment);
            assertEquals(0, culprit.retryMillis());
            assertNull(lost(CLOSED, FIRST, SECOND));
            culprit.connected();
        }
    }

    @Test
    void aMomentThatWasNotNeededIsForTheNextTime() {
        closedOnBoth();
        passAMoment(250);
        culprit.connected();
        assertFalse(culprit.isSearching());
        closedOnBoth();
        assertEquals(251, culprit.retryMillis());
    }

    @Test
    void aBrokerThatWasAwayMakesTheMomentShortAgain() {
        closedOnBoth();
        passAMoment(250);
        assertNull(lost(CLOSED, FIRST, SECOND));
        culprit.unreachable();
        culprit.connected();
        closedOnBoth();
        assertEquals(251, culprit.retryMillis());
    }

    /** A link that breaks does not end it: nobody has been answered. */
    @Test
    void theSearchGoesOnAfterALossOfAnotherCause() {
        closedOnBoth();
        assertNull(lost(GIVEN_UP, FIRST));
        culprit.connected();
        assertTrue(culprit.isSearching());
    }

    private void passAMoment(int millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
        assertFalse(culprit.maySend(false));
        nanos++;
        assertTrue(culprit.maySend(false));
    }
}
