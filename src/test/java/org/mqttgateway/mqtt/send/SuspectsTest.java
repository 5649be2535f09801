package org.mqttgateway.mqtt.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.session.SessionHandler;

/** Which message a broker closes the connection for, told from what was under way each time. */
class SuspectsTest {

    private static final SessionHandler.Loss CLOSED =
            new SessionHandler.Loss(true, SessionHandler.Loss.NO_REASON, null);
    private static final SessionHandler.Loss GIVEN_UP =
            new SessionHandler.Loss(false, SessionHandler.Loss.NO_REASON, null);

    private long nanos = Long.MAX_VALUE - 100_000_000;
    private final Suspects suspects = new Suspects(() -> nanos);
    private final InFlight inFlight = new InFlight();
    private final OutgoingPublish first = publish();
    private final OutgoingPublish second = publish();
    private final OutgoingPublish unsuspected = publish();

    private void closedOnBoth() {
        assertNull(suspects.lost(List.of(first, second), CLOSED));
        suspects.connected();
    }

    @Test
    void withoutALossAllGoTogether() {
        suspects.connected();
        inFlight.add(first);
        assertTrue(suspects.maySend(second, inFlight));
        assertEquals(0, suspects.retryMillis());
    }

    @Test
    void afterALossThoseThatWereUnderWayGoOneAtATime() {
        closedOnBoth();
        assertTrue(suspects.maySend(first, inFlight));
        inFlight.add(first);
        assertFalse(suspects.maySend(second, inFlight));
        assertFalse(suspects.maySend(unsuspected, inFlight), "not beside one under suspicion");
        assertEquals(251, suspects.retryMillis());
        inFlight.remove(first);
        assertTrue(suspects.maySend(second, inFlight));
    }

    @Test
    void suspicionEndsWithTheLastOfThem() {
        closedOnBoth();
        assertTrue(suspects.maySend(unsuspected, inFlight));
        inFlight.add(unsuspected);
        assertTrue(suspects.maySend(publish(), inFlight));
        assertEquals(0, suspects.retryMillis());
    }

    @Test
    void theOneWithWhichTheBrokerClosesAgainIsFound() {
        closedOnBoth();
        assertSame(first, suspects.lost(List.of(first), CLOSED));
        assertSame(first, suspects.found());
        assertSame(CLOSED, suspects.foundBy());
        assertSame(first, suspects.takeFound());
        assertNull(suspects.found());
        assertNull(suspects.takeFound());
    }

    @Test
    void afterARefusalTheNextConnectionTells() {
        closedOnBoth();
        suspects.answered(true);
        assertNull(suspects.lost(List.of(second), CLOSED));
        suspects.connected();
        assertSame(second, suspects.lost(List.of(second), CLOSED));
    }

    @Test
    void afterAConfirmationItIsFoundAtOnce() {
        closedOnBoth();
        suspects.answered(true);
        suspects.answered(false);
        assertSame(second, suspects.lost(List.of(second), CLOSED));
    }

    @Test
    void oneThatWasNotUnderWayBeforeIsNot() {
        closedOnBoth();
        assertNull(suspects.lost(List.of(unsuspected), CLOSED));
        assertEquals(1, unsuspected.losses);
    }

    @Test
    void ofSeveralNoneIsFound() {
        closedOnBoth();
        assertNull(suspects.lost(List.of(first, second), CLOSED));
        assertEquals(2, first.losses);
    }

    @Test
    void aLossOfOtherCausesAccusesNobody() {
        assertNull(suspects.lost(List.of(first), GIVEN_UP));
        assertNull(suspects.lost(List.of(first), new SessionHandler.Loss(true, ReasonCode.SESSION_TAKEN_OVER, null)));
        assertNull(suspects.lost(List.of(), CLOSED));
        assertEquals(0, first.losses);
        suspects.connected();
        inFlight.add(first);
        assertTrue(suspects.maySend(second, inFlight));
    }

    @Test
    void whereTheBrokerSaysThatAPacketIsWhyOneTimeIsEnough() {
        SessionHandler.Loss forAPacket = new SessionHandler.Loss(true, ReasonCode.PACKET_TOO_LARGE, null);
        assertNull(suspects.lost(List.of(first, second), forAPacket));
        assertSame(unsuspected, suspects.lost(List.of(unsuspected), forAPacket));
    }

    @Test
    void aBrokerThatWasAwayClosedForNoMessage() {
        closedOnBoth();
        suspects.lost(List.of(first), CLOSED);
        assertSame(first, suspects.unreachable(List.of(second)));
        assertEquals(0, first.losses);
        assertEquals(0, second.losses);
        suspects.connected();
        inFlight.add(first);
        assertTrue(suspects.maySend(second, inFlight));
        assertNull(suspects.unreachable(List.of()));
    }

    /** So that those that are innocent do not wait long; the next moment is twice as long, for a broker that closes later than that. */
    @Test
    void afterAMomentAllGoTogether() {
        closedOnBoth();
        inFlight.add(first);
        passAMoment();
        assertEquals(0, suspects.retryMillis());
        assertNull(suspects.lost(inFlight.clear(false), CLOSED));
        suspects.connected();
        assertEquals(501, suspects.retryMillis());
    }

    @Test
    void aBrokerThatWasAwayMakesTheMomentShortAgain() {
        closedOnBoth();
        inFlight.add(first);
        passAMoment();
        suspects.lost(inFlight.clear(false), CLOSED);
        suspects.unreachable(List.of());
        suspects.connected();
        closedOnBoth();
        assertEquals(251, suspects.retryMillis());
    }

    private void passAMoment() {
        nanos += TimeUnit.MILLISECONDS.toNanos(250);
        assertFalse(suspects.maySend(second, inFlight));
        nanos++;
        assertTrue(suspects.maySend(second, inFlight));
    }

    private static OutgoingPublish publish() {
        return new OutgoingPublish(
                "t", new byte[0], MqttQoS.AT_LEAST_ONCE, false, MqttProperties.NO_PROPERTIES, 0, false, 1) {
            @Override
            protected void confirmed(int reasonCode) {
                throw new AssertionError("nobody confirms here");
            }

            @Override
            public void failed(PublishFailure failure) {
                throw failure;
            }
        };
    }
}
