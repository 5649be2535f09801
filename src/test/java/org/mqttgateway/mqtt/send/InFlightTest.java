package org.mqttgateway.mqtt.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
        inFlight.abandon(late);
        assertEquals(0, inFlight.size());
        assertEquals(1, inFlight.owed());
        for (int i = 0; i < IDENTIFIERS; i++) {
            assertNotEquals(id, confirmedAtOnce().intValue());
        }
        assertNull(inFlight.get(id));
        assertTrue(inFlight.answered(id));
        assertFalse(inFlight.answered(id));
        assertEquals(0, inFlight.owed());
    }

    @Test
    void aBrokerThatOwesAWholeWindowIsClogged() {
        for (int i = 0; i < 3; i++) {
            assertFalse(inFlight.isClogged(3));
            inFlight.abandon(added(MqttQoS.AT_LEAST_ONCE));
        }
        assertTrue(inFlight.isClogged(3));
        inFlight.clearAbandoned();
        assertFalse(inFlight.isClogged(3));
    }

    @Test
    void overALostConnectionOnlyQos2KeepsItsIdentifierAndOnlyInASessionThatIsKept() {
        OutgoingPublish once = added(MqttQoS.AT_LEAST_ONCE);
        OutgoingPublish twice = added(MqttQoS.EXACTLY_ONCE);
        int id = twice.packetId;
        assertEquals(List.of(once, twice), inFlight.clear(true));
        assertEquals(0, once.packetId);
        assertEquals(id, twice.packetId);
        assertNull(inFlight.get(id), "it waits");
        inFlight.add(twice);
        assertSame(twice, inFlight.get(id));
        inFlight.clear(false);
        assertEquals(0, twice.packetId);
    }

    @Test
    void aLostConnectionEndsWhatIsOwedForFailedMessagesOfQos1() {
        inFlight.abandon(added(MqttQoS.AT_LEAST_ONCE));
        OutgoingPublish twice = added(MqttQoS.EXACTLY_ONCE);
        int id = twice.packetId;
        inFlight.abandon(twice);
        inFlight.clear(true);
        assertEquals(1, inFlight.owed());
        assertEquals(List.of(id), inFlight.toRelease());
        assertEquals(List.of(), inFlight.toRelease(), "each once");
        inFlight.clear(false);
        assertEquals(0, inFlight.owed());
        assertEquals(List.of(), inFlight.toRelease());
    }

    @Test
    void thereIsAnIdentifierUntilAllAreInUse() {
        OutgoingPublish kept = added(MqttQoS.EXACTLY_ONCE);
        for (int i = 1; i < IDENTIFIERS; i++) {
            assertTrue(inFlight.hasIdFor(publish(MqttQoS.AT_LEAST_ONCE)));
            added(MqttQoS.AT_LEAST_ONCE);
        }
        assertFalse(inFlight.hasIdFor(publish(MqttQoS.AT_LEAST_ONCE)));
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

    private Integer confirmedAtOnce() {
        OutgoingPublish publish = added(MqttQoS.AT_LEAST_ONCE);
        int id = publish.packetId;
        inFlight.remove(publish);
        return id;
    }

    private OutgoingPublish added(MqttQoS qos) {
        OutgoingPublish publish = publish(qos);
        inFlight.add(publish);
        return publish;
    }

    private static OutgoingPublish publish(MqttQoS qos) {
        return new OutgoingPublish(
                "t", new byte[0], qos, false, MqttProperties.NO_PROPERTIES, 0, false, TimeUnit.SECONDS.toNanos(5)) {
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
