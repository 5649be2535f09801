package org.mqttgateway.mqtt.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.session.SessionHandler;

/** Which message a broker closes the connection for, where some get no answer and some are stored already. */
class SuspectsTest {

    private static final SessionHandler.Loss CLOSED =
            new SessionHandler.Loss(true, SessionHandler.Loss.NO_REASON, null);
    private static final SessionHandler.Loss FOR_A_PACKET =
            new SessionHandler.Loss(true, ReasonCode.MALFORMED_PACKET, null);

    private final Suspects suspects = new Suspects(() -> 0);
    private final InFlight inFlight = new InFlight();
    private final OutgoingPublish message = publish(MqttQoS.AT_LEAST_ONCE);
    private final OutgoingPublish other = publish(MqttQoS.AT_LEAST_ONCE);
    private final OutgoingPublish qos0 = publish(MqttQoS.AT_MOST_ONCE);
    private final OutgoingPublish stored = publish(MqttQoS.EXACTLY_ONCE);

    SuspectsTest() {
        suspects.connected();
    }

    private void send(OutgoingPublish... publishes) {
        for (OutgoingPublish publish : publishes) {
            inFlight.add(publish, 0);
            if (!publish.isStored()) {
                suspects.sent(publish);
            }
        }
    }

    private void answer(OutgoingPublish publish) {
        if (publish.qos() == MqttQoS.EXACTLY_ONCE && !publish.isStored()) {
            inFlight.received(publish);
        } else {
            inFlight.remove(publish);
        }
        suspects.answered(publish, false);
    }

    private void store() {
        send(stored);
        answer(stored);
    }

    private OutgoingPublish lost(SessionHandler.Loss loss) {
        suspects.lost(inFlight, loss);
        inFlight.lost(true);
        return suspects.found();
    }

    private boolean closedOnStored() {
        lost(CLOSED);
        boolean useful = suspects.connected();
        send(stored);
        return useful;
    }

    @Test
    void aloneAndNamedItIsFound() {
        send(message);
        assertSame(message, lost(FOR_A_PACKET));
        assertSame(FOR_A_PACKET, suspects.foundBy());
        assertSame(message, suspects.takeFound());
        assertNull(suspects.found());
    }

    @Test
    void notBesideAQos0MessageThatWasWritten() {
        send(qos0);
        answer(qos0);
        send(message);
        assertNull(lost(FOR_A_PACKET));
        assertTrue(suspects.connected());
        send(message);
        assertSame(message, lost(CLOSED));
    }

    @Test
    void norBeforeOne() {
        send(message, qos0);
        answer(qos0);
        assertNull(lost(FOR_A_PACKET));
    }

    @Test
    void anAnswerToALaterMessageClearsTheQos0Message() {
        send(qos0);
        answer(qos0);
        send(other, message);
        answer(other);
        assertSame(message, lost(FOR_A_PACKET));
    }

    @Test
    void anAnswerToAnEarlierOneDoesNot() {
        send(other, qos0, message);
        answer(qos0);
        answer(other);
        assertNull(lost(FOR_A_PACKET));
    }

    /** Nobody waits for the QoS 0 message, but the next ones must not be taken for the cause in its place. */
    @Test
    void aQos0MessageAloneMakesTheNextOnesGoOneAtATime() {
        send(qos0);
        answer(qos0);
        assertNull(lost(CLOSED));
        suspects.connected();
        assertEquals(251, suspects.retryMillis());
    }

    @Test
    void theyGoOneAtATimeUntilTheLastIsAnsweredOrHasFailed() {
        assertTrue(suspects.maySend(inFlight));
        send(message, other);
        assertTrue(suspects.maySend(inFlight), "nobody is suspected");
        lost(CLOSED);
        suspects.connected();
        assertTrue(suspects.isSearching());
        send(message);
        assertFalse(suspects.maySend(inFlight));
        inFlight.end(message, false);
        suspects.forget(message);
        assertFalse(suspects.maySend(inFlight), "the broker has not answered");
        inFlight.answered(1);
        assertTrue(suspects.maySend(inFlight));
        send(other);
        answer(other);
        assertTrue(suspects.maySend(inFlight));
        assertFalse(suspects.isSearching());
    }

    @Test
    void aQos0MessageIsClearedWhenItIsWrittenAgain() {
        send(qos0, message);
        lost(CLOSED);
        suspects.connected();
        send(qos0);
        answer(qos0);
        send(message);
        answer(message);
        assertTrue(suspects.maySend(inFlight));
        assertFalse(suspects.isSearching());
    }

    @Test
    void oneThatHasFailedMayBeTheCauseToo() {
        send(message, other);
        inFlight.end(message, false);
        answer(other);
        assertSame(message, lost(FOR_A_PACKET));
    }

    @Test
    void theLateAnswerToItClearsIt() {
        send(message);
        inFlight.end(message, false);
        lost(CLOSED);
        suspects.connected();
        assertTrue(inFlight.sendAgain(message, 0));
        suspects.sent(message);
        suspects.answeredLate(message);
        inFlight.answered(1);
        assertTrue(suspects.maySend(inFlight));
        assertFalse(suspects.isSearching());
    }

    @Test
    void aStoredMessageIsNeverTheCause() {
        store();
        for (int i = 0; i < 3; i++) {
            assertNull(lost(FOR_A_PACKET));
            suspects.connected();
            send(stored);
        }
    }

    @Test
    void norIsOneBesideIt() {
        store();
        send(message);
        assertNull(lost(FOR_A_PACKET));
    }

    @Test
    void aSessionWhosePubrelTheBrokerClosesOnTwiceIsOfNoUse() {
        store();
        assertTrue(closedOnStored());
        assertFalse(closedOnStored());
        assertTrue(suspects.connected(), "in the next session it is not the same PUBREL");
    }

    @Test
    void alsoIfItsSenderHasHisOutcome() {
        store();
        inFlight.end(stored, false);
        for (int i = 0; i < 2; i++) {
            lost(CLOSED);
            assertEquals(i == 0, suspects.connected());
            inFlight.toRelease();
        }
    }

    @Test
    void withSomethingElseUnderWayThePubrelMayBeFine() {
        store();
        send(message);
        assertTrue(closedOnStored());
        send(message);
        assertTrue(closedOnStored());
        send(qos0);
        assertTrue(closedOnStored());
        send(qos0);
        answer(qos0);
        assertTrue(closedOnStored());
    }

    @Test
    void anAnswerBetweenTheClosesSaysThatItIs() {
        store();
        assertTrue(closedOnStored());
        suspects.answeredLate(null);
        assertTrue(closedOnStored());
    }

    @Test
    void aBrokerThatWasAwayClosedForNone() {
        store();
        assertTrue(closedOnStored());
        assertNull(suspects.unreachable());
        assertTrue(closedOnStored());
        lost(new SessionHandler.Loss(false, SessionHandler.Loss.NO_REASON, null));
        assertTrue(suspects.connected());
        send(message);
        assertSame(message, lost(FOR_A_PACKET));
        assertSame(message, suspects.unreachable());
        assertNull(suspects.unreachable());
    }

    private static OutgoingPublish publish(MqttQoS qos) {
        return new OutgoingPublish("t", new byte[0], qos, false, MqttProperties.NO_PROPERTIES, 0, false, 1) {
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
