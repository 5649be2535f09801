package org.mqttgateway.mqtt.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
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
    private final OutgoingPublish message = publish(MqttQoS.AT_LEAST_ONCE);
    private final OutgoingPublish other = publish(MqttQoS.AT_LEAST_ONCE);
    private final OutgoingPublish qos0 = publish(MqttQoS.AT_MOST_ONCE);
    private final OutgoingPublish stored = publish(MqttQoS.EXACTLY_ONCE);

    SuspectsTest() {
        suspects.connected();
    }

    private void send(OutgoingPublish... publishes) {
        for (OutgoingPublish publish : publishes) {
            suspects.sent(publish);
        }
    }

    private void answer(OutgoingPublish publish) {
        suspects.answered(publish, false);
    }

    private void store() {
        send(stored);
        stored.received = true;
        answer(stored);
    }

    private OutgoingPublish lost(SessionHandler.Loss loss, OutgoingPublish... underWay) {
        suspects.lost(List.of(underWay), loss);
        return suspects.found();
    }

    @Test
    void aloneAndNamedItIsFound() {
        send(message);
        assertSame(message, lost(FOR_A_PACKET, message));
        assertSame(FOR_A_PACKET, suspects.foundBy());
        assertSame(message, suspects.takeFound());
        assertNull(suspects.found());
    }

    @Test
    void notBesideAQos0MessageThatWasWritten() {
        send(qos0);
        answer(qos0);
        send(message);
        assertNull(lost(FOR_A_PACKET, message));
        assertTrue(suspects.connected());
        send(message);
        assertSame(message, lost(CLOSED, message));
    }

    @Test
    void norBeforeOne() {
        send(message, qos0);
        answer(qos0);
        assertNull(lost(FOR_A_PACKET, message));
    }

    @Test
    void anAnswerToALaterMessageClearsTheQos0Message() {
        send(qos0);
        answer(qos0);
        send(other, message);
        answer(other);
        assertSame(message, lost(FOR_A_PACKET, message));
    }

    @Test
    void anAnswerToAnEarlierOneDoesNot() {
        send(other, qos0, message);
        answer(qos0);
        answer(other);
        assertNull(lost(FOR_A_PACKET, message));
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
        lost(CLOSED, message, other);
        suspects.connected();
        assertTrue(suspects.maySend(true));
        assertFalse(suspects.maySend(false));
        suspects.forget(message);
        assertTrue(suspects.maySend(true));
        send(other);
        answer(other);
        assertTrue(suspects.maySend(true));
        assertTrue(suspects.maySend(false));
    }

    @Test
    void aStoredMessageIsNeverTheCause() {
        store();
        for (int i = 0; i < 3; i++) {
            assertNull(lost(FOR_A_PACKET, stored));
            suspects.connected();
        }
    }

    @Test
    void norIsOneBesideIt() {
        store();
        send(message);
        assertNull(lost(FOR_A_PACKET, stored, message));
    }

    @Test
    void aSessionWhosePubrelTheBrokerClosesOnTwiceIsOfNoUse() {
        store();
        lost(CLOSED, stored);
        assertTrue(suspects.connected());
        lost(CLOSED, stored);
        assertFalse(suspects.connected());
        assertTrue(suspects.connected(), "in the next session it is not the same PUBREL");
    }

    @Test
    void withSomethingElseUnderWayThePubrelMayBeFine() {
        store();
        send(message);
        lost(CLOSED, stored, message);
        lost(CLOSED, stored, message);
        assertTrue(suspects.connected());
        send(qos0);
        lost(CLOSED, stored);
        lost(CLOSED, stored);
        assertTrue(suspects.connected());
    }

    @Test
    void anAnswerBetweenTheClosesSaysThatItIs() {
        store();
        lost(CLOSED, stored);
        suspects.connected();
        answer(message);
        lost(CLOSED, stored);
        assertTrue(suspects.connected());
    }

    @Test
    void aBrokerThatWasAwayClosedForNone() {
        store();
        lost(CLOSED, stored);
        lost(FOR_A_PACKET, message);
        assertSame(message, suspects.unreachable());
        assertNull(suspects.unreachable());
        lost(CLOSED, stored);
        assertTrue(suspects.connected());
        lost(new SessionHandler.Loss(false, SessionHandler.Loss.NO_REASON, null), stored);
        assertTrue(suspects.connected());
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
