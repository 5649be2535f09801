package org.mqttgateway.mqtt.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which identifier is given to which publish, and for how long (section 2.2.1). */
class InFlightTest {

    private static final int IDENTIFIERS = 65_535;

    private final InFlight inFlight = new InFlight();

    @Test
    void identifiersBeginWithOneAndNoneIsZeroAfterTheLast() {
        for (int i = 1; i <= IDENTIFIERS; i++) {
            assertEquals(i, confirmedAtOnce().intValue());
        }
        assertEquals(1, confirmedAtOnce().intValue());
    }

    @Test
    void anIdentifierInUseIsPassedOver() {
        OutgoingPublish patient = added(MqttQoS.AT_LEAST_ONCE);
        for (int i = 0; i < 2 * IDENTIFIERS; i++) {
            assertNotEquals(patient.packetId, confirmedAtOnce().intValue());
        }
        assertSame(patient, inFlight.get(patient.packetId));
    }

    @Test
    void aFailedMessageKeepsItsIdentifierUntilTheAnswer() {
        OutgoingPublish late = added(MqttQoS.AT_LEAST_ONCE);
        int id = late.packetId;
        inFlight.end(late, false);
        assertEquals(0, inFlight.size());
        assertEquals(1, inFlight.owed());
        assertFalse(inFlight.isIdle());
        for (int i = 0; i < IDENTIFIERS; i++) {
            assertNotEquals(id, confirmedAtOnce().intValue());
        }
        assertNull(inFlight.get(id));
        assertSame(late, inFlight.late(id));
        assertTrue(inFlight.answered(id));
        assertFalse(inFlight.answered(id));
        assertNull(inFlight.late(id));
        assertEquals(0, inFlight.owed());
        assertTrue(inFlight.isIdle());
    }

    @Test
    void aBrokerThatOwesAWholeWindowIsClogged() {
        for (int i = 0; i < 3; i++) {
            assertNull(inFlight.clogged(3, 0));
            inFlight.end(added(MqttQoS.AT_LEAST_ONCE), false);
        }
        assertEquals(
                "the broker has not confirmed 3 publishes in time, and takes no more than that at once (Receive Maximum)",
                inFlight.clogged(3, 0));
        assertNull(inFlight.clogged(4, 0));
        inFlight.lost(true);
        assertNull(inFlight.clogged(3, 0), "on the next connection it begins anew");
    }

    @Test
    void soIsOneThatOwesVeryMany() {
        for (int i = 0; i < 10_000; i++) {
            assertNull(inFlight.clogged(IDENTIFIERS, 0));
            inFlight.end(added(MqttQoS.AT_LEAST_ONCE), false);
        }
        assertEquals("the broker has not confirmed 10000 publishes in time", inFlight.clogged(IDENTIFIERS, 0));
        inFlight.lost(false);
        assertNull(inFlight.clogged(IDENTIFIERS, 0));
    }

    @Test
    void inAKeptSessionTheIdentifierStays() {
        OutgoingPublish once = added(MqttQoS.AT_LEAST_ONCE);
        OutgoingPublish twice = added(MqttQoS.EXACTLY_ONCE);
        inFlight.received(twice);
        assertEquals(List.of(once, twice), inFlight.lost(true));
        assertEquals(1, once.packetId);
        assertEquals(2, twice.packetId);
        assertNull(inFlight.get(1), "it waits");
        assertFalse(inFlight.received(1));
        assertEquals(0, inFlight.owed());
        inFlight.add(twice, 0);
        inFlight.add(once, 0);
        assertSame(twice, inFlight.get(2));
        assertEquals(1, inFlight.owed(), "PUBREL takes no place of the Receive Maximum");
        assertEquals(List.of(2), inFlight.toRelease());
        inFlight.remove(twice);
        assertEquals(1, inFlight.owed());
        assertEquals(3, added(MqttQoS.AT_LEAST_ONCE).packetId);
        inFlight.lost(false);
        assertEquals(0, once.packetId);
    }

    @Test
    void inANewSessionAllIdentifiersAreFree() {
        added(MqttQoS.AT_LEAST_ONCE);
        inFlight.end(added(MqttQoS.AT_LEAST_ONCE), false);
        inFlight.lost(false);
        for (int id = 3; id <= IDENTIFIERS; id++) {
            assertEquals(id, confirmedAtOnce().intValue());
        }
        assertEquals(1, confirmedAtOnce().intValue());
        assertEquals(2, confirmedAtOnce().intValue());
    }

    @Test
    void messagesThatHaveFailedAreSentAgainInAKeptSession() {
        OutgoingPublish once = added(MqttQoS.AT_LEAST_ONCE);
        OutgoingPublish twice = added(MqttQoS.EXACTLY_ONCE);
        OutgoingPublish stored = added(MqttQoS.EXACTLY_ONCE);
        OutgoingPublish refused = added(MqttQoS.EXACTLY_ONCE);
        inFlight.received(stored);
        for (OutgoingPublish publish : List.of(once, twice, stored)) {
            inFlight.end(publish, false);
        }
        inFlight.end(refused, true);
        assertEquals(List.of(once, twice), inFlight.unanswered());
        assertTrue(inFlight.owesOthers());
        inFlight.lost(true);
        assertEquals(List.of(), inFlight.unanswered());
        assertEquals(0, inFlight.owed());
        assertTrue(inFlight.isIdle());
        assertEquals(List.of(once, twice), inFlight.abandoned());
        assertEquals(List.of(3), inFlight.toRelease());
        assertFalse(inFlight.isIdle());
        assertTrue(inFlight.owesOthers());
        assertTrue(inFlight.sendAgain(once, 0));
        assertEquals(1, inFlight.owed());
        assertEquals(List.of(once), inFlight.unanswered());
        long patience = TimeUnit.SECONDS.toNanos(5);
        assertNull(inFlight.clogged(1, patience - 1), "the broker has time to answer");
        assertNotNull(inFlight.clogged(1, patience));
        assertTrue(inFlight.received(2), "PUBREC");
        assertEquals(List.of(once), inFlight.abandoned());
        assertFalse(inFlight.sendAgain(twice, 0), "PUBREL is on its way");
        inFlight.sessionLost();
        assertEquals(0, inFlight.owed());
        assertEquals(List.of(), inFlight.abandoned());
        assertEquals(List.of(), inFlight.toRelease());
    }

    @Test
    void aRefusedMessageIsNeverSentAgainAndKeepsItsIdentifierIfItMayHaveReachedTheBroker() {
        OutgoingPublish once = added(MqttQoS.AT_LEAST_ONCE);
        OutgoingPublish twice = added(MqttQoS.EXACTLY_ONCE);
        OutgoingPublish late = added(MqttQoS.EXACTLY_ONCE);
        OutgoingPublish lateOnce = added(MqttQoS.AT_LEAST_ONCE);
        inFlight.end(late, false);
        inFlight.end(lateOnce, false);
        inFlight.lost(true);
        for (OutgoingPublish publish : List.of(once, twice, late, lateOnce)) {
            inFlight.end(publish, true);
        }
        assertEquals(List.of(), inFlight.abandoned());
        assertFalse(inFlight.received(2));
        assertFalse(inFlight.answered(1));
        assertFalse(inFlight.answered(4));
        for (int i = 0; i < IDENTIFIERS; i++) {
            int id = confirmedAtOnce();
            assertNotEquals(2, id);
            assertNotEquals(3, id);
        }
    }

    /** Nobody waits for them, so they must not fill the memory. The broker is asked to forget the session instead. */
    @Test
    void notAllThatHaveFailedAreKept() {
        OutgoingPublish most = added(publish(MqttQoS.AT_LEAST_ONCE, 2 << 20, 5));
        inFlight.end(added(MqttQoS.AT_LEAST_ONCE), false);
        assertTrue(inFlight.isResumable());
        inFlight.end(most, false);
        assertFalse(inFlight.isResumable());
        assertEquals(1, inFlight.abandoned().size());
        assertTrue(inFlight.owesOthers());
        assertEquals(2, inFlight.owed());
        inFlight.lost(false);
        assertTrue(inFlight.isResumable());
        OutgoingPublish many = added(publish(MqttQoS.AT_LEAST_ONCE, 3 << 19, 5));
        OutgoingPublish more = added(publish(MqttQoS.AT_LEAST_ONCE, 3 << 19, 5));
        inFlight.end(many, false);
        inFlight.answered(many.packetId);
        inFlight.end(more, false);
        assertTrue(inFlight.isResumable(), "the answer has made room");
    }

    @Test
    void asMuchIsKeptAsThereIsRoomFor() {
        OutgoingPublish small = publish(MqttQoS.AT_LEAST_ONCE);
        inFlight.end(added(publish(MqttQoS.AT_LEAST_ONCE, (2 << 20) - small.weight(), 5)), false);
        assertTrue(inFlight.isResumable());
        inFlight.end(added(small), false);
        assertFalse(inFlight.isResumable());
    }

    @Test
    void thereIsAnIdentifierUntilAllAreInUse() {
        OutgoingPublish kept = added(MqttQoS.EXACTLY_ONCE);
        for (int i = 1; i < IDENTIFIERS; i++) {
            assertTrue(inFlight.hasIdFor(publish(MqttQoS.AT_LEAST_ONCE)));
            added(MqttQoS.AT_LEAST_ONCE);
        }
        assertFalse(inFlight.hasIdFor(publish(MqttQoS.AT_LEAST_ONCE)));
        inFlight.end(inFlight.get(7), false);
        assertFalse(inFlight.hasIdFor(publish(MqttQoS.AT_LEAST_ONCE)), "the broker may know it by this one");
        assertTrue(inFlight.hasIdFor(publish(MqttQoS.AT_MOST_ONCE)));
        assertTrue(inFlight.hasIdFor(kept), "it has one already");
    }

    @Test
    void qos0HasNoIdentifierAndOwesNothing() {
        assertEquals(0, added(MqttQoS.AT_MOST_ONCE).packetId);
        assertEquals(1, inFlight.size());
        assertEquals(0, inFlight.owed());
    }

    @Test
    void theEldestIsTheOneSentFirst() {
        OutgoingPublish first = added(MqttQoS.AT_LEAST_ONCE);
        OutgoingPublish second = added(MqttQoS.AT_LEAST_ONCE);
        OutgoingPublish third = added(MqttQoS.AT_LEAST_ONCE);
        inFlight.remove(second);
        assertSame(first, inFlight.eldest());
        inFlight.remove(first);
        assertSame(third, inFlight.eldest());
        inFlight.remove(third);
        assertNull(inFlight.eldest());
    }

    /** Whatever the order in which they were sent: what is released again goes before what is published again. */
    @Test
    void theEldestIsTheOneWhoseDeadlineComesFirst() {
        OutgoingPublish last = added(publish(MqttQoS.AT_LEAST_ONCE, 0, 7));
        OutgoingPublish first = added(publish(MqttQoS.AT_LEAST_ONCE, 0, 5));
        OutgoingPublish second = added(publish(MqttQoS.AT_LEAST_ONCE, 0, 6));
        first.number = 3;
        second.number = 2;
        last.number = 1;
        assertSame(first, inFlight.eldest());
        inFlight.remove(first);
        assertSame(second, inFlight.eldest());
        assertEquals(List.of(last, second), inFlight.lost(true), "in the order in which they were sent");
    }

    private Integer confirmedAtOnce() {
        OutgoingPublish publish = added(MqttQoS.AT_LEAST_ONCE);
        int id = publish.packetId;
        inFlight.remove(publish);
        return id;
    }

    private OutgoingPublish added(MqttQoS qos) {
        return added(publish(qos));
    }

    private OutgoingPublish added(OutgoingPublish publish) {
        inFlight.add(publish, 0);
        return publish;
    }

    private static OutgoingPublish publish(MqttQoS qos) {
        return publish(qos, 0, 5);
    }

    private static OutgoingPublish publish(MqttQoS qos, int size, long seconds) {
        return new OutgoingPublish(
                "t",
                new byte[size],
                qos,
                false,
                MqttProperties.NO_PROPERTIES,
                0,
                false,
                TimeUnit.SECONDS.toNanos(seconds),
                0) {
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
