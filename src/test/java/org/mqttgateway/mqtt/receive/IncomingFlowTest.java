package org.mqttgateway.mqtt.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.receive.Acknowledgement.State;
import org.mqttgateway.testing.EmbeddedConnection;

/** Which messages are new, and in which order they are acknowledged, over connections of one session. */
class IncomingFlowTest {

    private static final MqttQoS QOS_1 = MqttQoS.AT_LEAST_ONCE;
    private static final MqttQoS QOS_2 = MqttQoS.EXACTLY_ONCE;
    private static final long CONTENT = 1;

    private final EmbeddedConnection broker = new EmbeddedConnection(MqttVersion.MQTT_5);
    private final EmbeddedConnection later = new EmbeddedConnection(MqttVersion.MQTT_5);
    private final IncomingFlow flow = new IncomingFlow();

    IncomingFlowTest() {
        flow.connected(broker.connection, false);
    }

    @AfterEach
    void close() {
        broker.close();
        later.close();
    }

    private Acknowledgement arrived(MqttQoS qos, int packetId) {
        Acknowledgement owed = new Acknowledgement(qos, packetId, CONTENT);
        assertTrue(flow.isNew(owed, false));
        flow.add(owed);
        return owed;
    }

    private boolean isNew(MqttQoS qos, int packetId, boolean dup) {
        return flow.isNew(new Acknowledgement(qos, packetId, CONTENT), dup);
    }

    private static Acknowledgement unseen(MqttQoS qos, int packetId) {
        Acknowledgement unseen = new Acknowledgement(qos, packetId, CONTENT);
        unseen.state = State.CONSUMED;
        return unseen;
    }

    private void reconnect(boolean sessionPresent) {
        flow.connected(later.connection, sessionPresent);
    }

    private void pubrel(int packetId) {
        broker.reply(0x62, packetId);
        flow.pubrel(broker.received.remove(0));
    }

    private void finish(Acknowledgement owed, State state) {
        owed.state = state;
        flow.acknowledge();
    }

    @Test
    void acknowledgesInTheOrderInWhichTheyCame() {
        Acknowledgement first = arrived(QOS_1, 1);
        Acknowledgement second = arrived(QOS_2, 2);
        finish(second, State.CONSUMED);
        assertEquals(List.of(), broker.sent());
        finish(first, State.CONSUMED);
        assertEquals(List.of("PUBACK 1", "PUBREC 2"), broker.sent());
        flow.acknowledge();
        assertEquals(List.of(), broker.sent());
    }

    @Test
    void aRefusedOneIsNotAcknowledgedAndNewWhenItComesAgain() {
        Acknowledgement refused = arrived(QOS_1, 1);
        Acknowledgement next = arrived(QOS_1, 2);
        finish(refused, State.REFUSED);
        finish(next, State.CONSUMED);
        assertEquals(List.of("PUBACK 2"), broker.sent());
        assertTrue(isNew(QOS_1, 1, true));
    }

    @Test
    void tenRefusedOnesWantANewConnection() {
        for (int id = 1; id <= 10; id++) {
            assertFalse(flow.isClogged());
            finish(arrived(QOS_1, id), State.REFUSED);
        }
        assertTrue(flow.isClogged());
        reconnect(true);
        assertFalse(flow.isClogged());
    }

    /** The same identifier again and again, while the consumer has the first message: honest brokers wait for its acknowledgement. */
    @Test
    void moreThanThereAreIdentifiersBreakTheStandard() {
        arrived(QOS_1, 1);
        Acknowledgement unseen = unseen(QOS_1, 1);
        for (int i = 1; i < 65_535; i++) {
            flow.add(unseen);
        }
        PacketException e = assertThrows(PacketException.class, () -> flow.add(unseen));
        assertEquals(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, e.reasonCode());
    }

    @Test
    void qos2EndsWithPubrel() {
        finish(arrived(QOS_2, 1), State.CONSUMED);
        broker.sent();
        assertFalse(isNew(QOS_2, 1, true), "until PUBREL");
        assertEquals(List.of("PUBREC 1"), broker.sent());
        pubrel(1);
        assertEquals(List.of("PUBCOMP 1"), broker.sent());
        assertTrue(isNew(QOS_2, 1, false));
        pubrel(1);
        assertEquals(List.of("PUBCOMP 1 0x92"), broker.sent());
    }

    @Test
    void anIdentifierOfQos2IsFreeForQos1() {
        finish(arrived(QOS_2, 1), State.CONSUMED);
        assertTrue(isNew(QOS_1, 1, false));
        arrived(QOS_2, 2);
        assertTrue(isNew(QOS_1, 2, true), "another message: its QoS is another");
    }

    @Test
    void oneThatComesAgainWhileTheConsumerHasItIsNotNew() {
        Acknowledgement held = arrived(QOS_1, 1);
        Acknowledgement exactlyOnce = arrived(QOS_2, 2);
        assertFalse(isNew(QOS_1, 1, true));
        assertFalse(isNew(QOS_2, 2, false));
        reconnect(true);
        assertFalse(isNew(QOS_1, 1, true));
        finish(held, State.CONSUMED);
        finish(exactlyOnce, State.CONSUMED);
        assertEquals(List.of(), broker.sent());
        assertEquals(List.of("PUBACK 1"), later.sent(), "the other has not come again yet");
        assertFalse(isNew(QOS_2, 2, true));
        assertEquals(List.of("PUBREC 2"), later.sent());
    }

    @Test
    void withoutDupItIsAnotherMessage() {
        Acknowledgement old = arrived(QOS_1, 1);
        reconnect(true);
        Acknowledgement other = arrived(QOS_1, 1);
        finish(old, State.CONSUMED);
        assertEquals(List.of(), later.sent());
        finish(other, State.CONSUMED);
        assertEquals(List.of("PUBACK 1"), later.sent());
    }

    /** Brokers that begin anew with their identifiers on a new connection, and say DUP for what they had sent on an earlier one. */
    @Test
    void anotherContentIsAnotherMessageAlsoWithDup() {
        for (MqttQoS qos : List.of(QOS_1, QOS_2)) {
            Acknowledgement old = arrived(qos, 1);
            reconnect(true);
            Acknowledgement other = new Acknowledgement(qos, 1, CONTENT + 1);
            assertTrue(flow.isNew(other, true));
            flow.add(other);
            assertFalse(flow.isNew(other, true));
            finish(old, State.CONSUMED);
            assertEquals(List.of(), later.sent());
            finish(other, State.CONSUMED);
            assertEquals(List.of(qos == QOS_1 ? "PUBACK 1" : "PUBREC 1"), later.sent());
            flow.connected(broker.connection, false);
        }
    }

    @Test
    void aBrokerThatHasForgottenTheSessionIsOwedNothing() {
        Acknowledgement held = arrived(QOS_1, 2);
        arrived(QOS_2, 1);
        finish(held, State.CONSUMED);
        flow.add(unseen(QOS_2, 3));
        reconnect(false);
        flow.acknowledge();
        assertEquals(List.of(), later.sent());
        assertTrue(isNew(QOS_1, 2, true));
        assertTrue(isNew(QOS_2, 1, true));
        assertTrue(isNew(QOS_2, 3, true));
    }

    @Test
    void pubrecOutlivesTheConnectionOfASessionThatIsKept() {
        finish(arrived(QOS_2, 1), State.CONSUMED);
        reconnect(true);
        assertFalse(isNew(QOS_2, 1, true));
        assertEquals(List.of("PUBREC 1"), later.sent());
    }
}
