package org.mqttgateway.mqtt.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.session.SessionLog;
import org.mqttgateway.testing.EmbeddedConnection;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.LogCapture;

/** The packets of a publish and of its answers, in whatever order a broker sends them (section 4.3). */
class OutgoingFlowTest {

    private static final int PUBACK = 0x40;
    private static final int PUBREC = 0x50;
    private static final int PUBCOMP = 0x70;

    private static final Vertx VERTX = Vertx.vertx();

    private final EmbeddedConnection broker = new EmbeddedConnection(MqttVersion.MQTT_5);
    private final InFlight inFlight = new InFlight();
    private final List<String> ends = new ArrayList<>();
    private final List<OutgoingPublish> left = new ArrayList<>();
    private final List<OutgoingPublish> late = new ArrayList<>();
    private final List<OutgoingPublish> stored = new ArrayList<>();
    private boolean refusedLast;
    private final OutgoingFlow flow = new OutgoingFlow(
            inFlight, new SessionLog(EventLoops.next(VERTX), System::nanoTime), new OutgoingFlow.Answers() {
                @Override
                public void received(OutgoingPublish publish) {
                    stored.add(publish);
                }

                @Override
                public void late(OutgoingPublish publish) {
                    late.add(publish);
                }

                @Override
                public void ended(OutgoingPublish publish, boolean refused) {
                    left.add(publish);
                    refusedLast = refused;
                }
            });

    OutgoingFlowTest() {
        flow.connected(broker.connection);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @AfterAll
    static void closeVertx() {
        Futures.get(VERTX.close());
    }

    private OutgoingPublish send(MqttQoS qos) {
        OutgoingPublish publish = publish(qos);
        inFlight.add(publish, 0);
        flow.send(publish, false);
        return publish;
    }

    private void answer(int type, int packetId, int reason) {
        broker.reply(type, packetId, reason);
        flow.received(broker.received.remove(broker.received.size() - 1));
    }

    private void assertEnded(String how, OutgoingPublish publish) {
        assertEquals(List.of(how), ends);
        assertEquals(List.of(publish), left);
        assertEquals(how.startsWith("failed"), refusedLast);
        assertEquals(0, inFlight.size());
    }

    private void assertUnderWay() {
        assertEquals(List.of(), ends);
        assertEquals(1, inFlight.size());
    }

    @Test
    void qos0EndsWhenItIsWritten() {
        OutgoingPublish publish = send(MqttQoS.AT_MOST_ONCE);
        assertUnderWay();
        assertEquals(List.of("PUBLISH -1"), broker.sent());
        assertEnded("confirmed 0x00", publish);
    }

    @Test
    void qos0ThatALostConnectionHasTakenOutDoesNotEnd() {
        send(MqttQoS.AT_MOST_ONCE);
        inFlight.lost(false);
        broker.sent();
        assertEquals(List.of(), ends);
    }

    @Test
    void qos1EndsWithPuback() {
        OutgoingPublish publish = send(MqttQoS.AT_LEAST_ONCE);
        assertEquals(List.of("PUBLISH 1"), broker.sent());
        answer(PUBACK, 2, 0);
        assertUnderWay();
        answer(PUBACK, 1, ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertEnded("confirmed 0x10", publish);
    }

    @Test
    void qos1ThatIsRefused() {
        OutgoingPublish publish = send(MqttQoS.AT_LEAST_ONCE);
        answer(PUBACK, 1, ReasonCode.QUOTA_EXCEEDED);
        assertEnded("failed 0x97", publish);
    }

    @Test
    void qos1IsNotForPubrecAndPubcomp() {
        send(MqttQoS.AT_LEAST_ONCE);
        answer(PUBCOMP, 1, 0);
        answer(PUBREC, 1, ReasonCode.NOT_AUTHORIZED);
        assertUnderWay();
    }

    @Test
    void qos2EndsWithPubcompAndKeepsTheReasonOfPubrec() {
        OutgoingPublish publish = send(MqttQoS.EXACTLY_ONCE);
        assertEquals(List.of("PUBLISH 1"), broker.sent());
        answer(PUBCOMP, 1, 0);
        assertUnderWay();
        answer(PUBREC, 1, ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertEquals(List.of("PUBREL 1"), broker.sent());
        assertEquals(List.of(publish), stored);
        assertUnderWay();
        answer(PUBCOMP, 1, 0);
        assertEnded("confirmed 0x10", publish);
    }

    @Test
    void qos2ThatIsRefusedWantsNoPubrel() {
        OutgoingPublish publish = send(MqttQoS.EXACTLY_ONCE);
        broker.sent();
        answer(PUBREC, 1, ReasonCode.NOT_AUTHORIZED);
        assertEnded("failed 0x87", publish);
        assertEquals(List.of(), stored);
        assertEquals(List.of(), broker.sent());
    }

    /** As some brokers do that have no QoS 2; the log says it once for each connection. */
    @Test
    void qos2ThatIsConfirmedAsQos1() {
        try (LogCapture log = new LogCapture("org.mqttgateway")) {
            send(MqttQoS.AT_LEAST_ONCE);
            answer(PUBACK, 1, 0);
            assertEquals(List.of(), log.containing("PUBACK"));
            for (int id = 2; id <= 3; id++) {
                send(MqttQoS.EXACTLY_ONCE);
                answer(PUBACK, id, 0);
            }
            log.await("The broker confirms QoS 2 messages as it does those of QoS 1 (PUBACK)");
            flow.connected(broker.connection);
            send(MqttQoS.EXACTLY_ONCE);
            answer(PUBACK, 4, 0);
            log.await("The broker confirms QoS 2 messages", 2);
            assertEquals(2, log.containing("The broker confirms QoS 2 messages").size());
            assertEquals(4, ends.size());
        }
    }

    private void resume(OutgoingPublish... publishes) {
        for (OutgoingPublish publish : publishes) {
            inFlight.add(publish, 0);
        }
        broker.sent();
        flow.release();
    }

    @Test
    void sentAgainAsPublishOrAsPubrel() {
        OutgoingPublish publish = send(MqttQoS.EXACTLY_ONCE);
        broker.sent();
        flow.send(publish, true);
        assertEquals(List.of("PUBLISH 1 DUP"), broker.sent());
        answer(PUBREC, 1, 0);
        assertEquals(List.of(publish), inFlight.lost(true));
        resume(publish);
        assertEquals(List.of("PUBREL 1"), broker.sent());
    }

    /** Section 4.6, whatever the order of the PUBLISHes was, and whether somebody waits for them or not. */
    @Test
    void pubrelsAreSentAgainInTheOrderOfThePubrecs() {
        OutgoingPublish first = send(MqttQoS.EXACTLY_ONCE);
        OutgoingPublish second = send(MqttQoS.EXACTLY_ONCE);
        OutgoingPublish third = send(MqttQoS.EXACTLY_ONCE);
        answer(PUBREC, 3, 0);
        answer(PUBREC, 2, 0);
        inFlight.end(second, false);
        answer(PUBREC, 1, 0);
        inFlight.lost(true);
        resume(first, third);
        assertEquals(List.of("PUBREL 3", "PUBREL 2", "PUBREL 1"), broker.sent());
    }

    /** Table 3-9 of section 3.7.2.1: no error after a reconnection, for the PUBCOMP of the earlier PUBREL was lost. */
    @Test
    void anIdentifierThatTheBrokerHasForgottenIsAnErrorOnTheFirstConnectionOnly() {
        OutgoingPublish publish = send(MqttQoS.EXACTLY_ONCE);
        answer(PUBREC, 1, ReasonCode.NO_MATCHING_SUBSCRIBERS);
        inFlight.lost(true);
        resume(publish);
        answer(PUBCOMP, 1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
        assertEnded("confirmed 0x10", publish);
        ends.clear();
        left.clear();
        OutgoingPublish other = send(MqttQoS.EXACTLY_ONCE);
        answer(PUBREC, 2, 0);
        answer(PUBCOMP, 2, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
        assertEnded("failed 0x92", other);
    }

    @Test
    void theAnswerToAFailedMessageGivesItsIdentifierBack() {
        OutgoingPublish once = send(MqttQoS.AT_LEAST_ONCE);
        OutgoingPublish twice = send(MqttQoS.EXACTLY_ONCE);
        inFlight.end(once, false);
        inFlight.end(twice, false);
        broker.sent();
        answer(PUBACK, 1, 0);
        assertEquals(1, inFlight.owed());
        answer(PUBREC, 2, 0);
        assertEquals(List.of("PUBREL 2"), broker.sent());
        assertEquals(1, inFlight.owed(), "until PUBCOMP");
        assertEquals(List.of(once, twice), late);
        answer(PUBCOMP, 2, 0);
        assertEquals(0, inFlight.owed());
        assertEquals(3, late.size());
        assertEquals(List.of(), ends);
    }

    @Test
    void aRefusalOfAFailedMessageGivesItsIdentifierBackAtOnce() {
        inFlight.end(send(MqttQoS.EXACTLY_ONCE), false);
        broker.sent();
        answer(PUBREC, 1, ReasonCode.NOT_AUTHORIZED);
        assertEquals(0, inFlight.owed());
        assertEquals(List.of(), broker.sent());
    }

    /** PUBREL would deliver it. */
    @Test
    void aMessageThatWasRefusedIsNotReleased() {
        inFlight.end(send(MqttQoS.EXACTLY_ONCE), true);
        broker.sent();
        answer(PUBREC, 1, 0);
        assertEquals(List.of(), broker.sent());
        flow.release();
        assertEquals(List.of(), broker.sent());
    }

    /** Section 4.3.3: the receiver must be able to end its part. */
    @Test
    void pubrecOfAMessageThatNobodyKnowsIsReleased() {
        answer(PUBREC, 7, 0);
        assertEquals(List.of("PUBREL 7"), broker.sent());
        answer(PUBCOMP, 7, 0);
        assertEquals(List.of(), ends);
    }

    @Test
    void pubrecForAQos1MessageIsNotReleased() {
        send(MqttQoS.AT_LEAST_ONCE);
        broker.sent();
        answer(PUBREC, 1, 0);
        assertEquals(List.of(), broker.sent());
        assertUnderWay();
    }

    @Test
    void noOtherPacketIsForIt() {
        broker.receive(0x90, 4, 0, 1, 0, 0);
        assertThrows(DecoderException.class, () -> flow.received(broker.received.get(0)));
        assertFalse(broker.received.isEmpty());
    }

    private OutgoingPublish publish(MqttQoS qos) {
        return new OutgoingPublish("t", new byte[0], qos, false, MqttProperties.NO_PROPERTIES, 0, false, 1) {
            @Override
            protected void confirmed(int reasonCode) {
                ends.add(String.format("confirmed 0x%02X", reasonCode));
            }

            @Override
            public void failed(PublishFailure failure) {
                ends.add(String.format("failed 0x%02X", failure.reasonCode()));
            }
        };
    }
}
