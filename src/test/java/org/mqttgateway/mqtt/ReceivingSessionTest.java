package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.SubscribedHarness.PUBREL;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.receive.IncomingPublish.Arrival;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SubscribedHarness;

/** Messages on their way to the consumer, and their acknowledgements on the way back. */
@BothVersions
class ReceivingSessionTest {

    private static final MqttQoS QOS_0 = MqttQoS.AT_MOST_ONCE;
    private static final MqttQoS QOS_1 = MqttQoS.AT_LEAST_ONCE;
    private static final MqttQoS QOS_2 = MqttQoS.EXACTLY_ONCE;

    /** Three messages of this size fill the limit. */
    private static final int SIZE = 400;

    private static final long MAX_BYTES = 3_400;

    private final SubscribedHarness gateway;
    private final EmbeddedNetwork network;
    private final EmbeddedSocket broker;

    ReceivingSessionTest(MqttVersion version) {
        gateway = new SubscribedHarness(version, MAX_BYTES);
        network = gateway.network;
        broker = gateway.subscribed(false);
        broker.sent();
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private void publish(MqttQoS qos, int packetId) {
        broker.publish("django/t", qos, packetId, false);
    }

    private void fill() {
        for (int id = 1; id <= 3; id++) {
            broker.publish("django/t", QOS_1, id, false, new byte[SIZE]);
        }
    }

    private boolean isRead() {
        return broker.channel.config().isAutoRead();
    }

    @Test
    void aMessageIsWhatTheBrokerHasSent() {
        broker.publish("django/t", QOS_1, 7, true, "23".getBytes(StandardCharsets.UTF_8));
        IncomingPublish message = gateway.messages.get(0);
        assertEquals("django/t", message.topic());
        assertArrayEquals("23".getBytes(StandardCharsets.UTF_8), message.payload());
        assertEquals(QOS_1, message.qos());
        assertEquals(7, message.packetId());
        assertEquals(Arrival.AGAIN, message.arrival());
        assertFalse(message.retain());
        publish(QOS_0, 0);
        assertEquals(0, gateway.messages.get(1).packetId());
        assertEquals(Arrival.FIRST, gateway.messages.get(1).arrival());
    }

    @Test
    void withoutDupItMayComeAgainInAResumedSessionOnly() {
        EmbeddedSocket connection = broker;
        for (boolean resumed : new boolean[] {true, false}) {
            connection.hangUp();
            gateway.network.pass(30_000);
            connection = gateway.subscribed(resumed);
            connection.publish("django/t", QOS_1, 1, false);
            IncomingPublish last = gateway.messages.get(gateway.messages.size() - 1);
            assertEquals(resumed ? Arrival.IN_RESUMED_SESSION : Arrival.FIRST, last.arrival());
        }
    }

    @Test
    void eachIsAcknowledgedWhenItIsConsumed() {
        publish(QOS_1, 1);
        publish(QOS_2, 2);
        assertEquals(List.of(), broker.sent());
        gateway.consume(0);
        // Others may follow, and would leave with it.
        assertEquals(List.of(), broker.sent());
        network.pass(1);
        assertEquals(List.of("PUBACK 1"), broker.sent());
        gateway.consume(1);
        assertEquals(List.of("PUBREC 2"), broker.sent(), "the last one at once");
        broker.reply(PUBREL, 2);
        assertEquals(List.of("PUBCOMP 2"), broker.sent());
        gateway.consume(1);
        network.pass(1);
        assertEquals(List.of(), broker.sent(), "once is enough");
    }

    /** It owes nothing itself, but the broker may wait for what does before it sends more. */
    @Test
    void theLastOneOfQos0LetsTheOthersLeaveAtOnce() {
        publish(QOS_1, 1);
        publish(QOS_0, 0);
        gateway.consume(0);
        assertEquals(List.of(), broker.sent());
        gateway.consume(1);
        assertEquals(List.of("PUBACK 1"), broker.sent());
    }

    @Test
    void severalLeaveTogetherAndTheTimerIsSetAgain() {
        for (int id = 1; id <= 4; id++) {
            publish(QOS_1, id);
        }
        gateway.consume(0);
        gateway.consume(1);
        network.pass(1);
        assertEquals(List.of("PUBACK 1", "PUBACK 2"), broker.sent());
        gateway.consume(2);
        network.pass(1);
        assertEquals(List.of("PUBACK 3"), broker.sent());
    }

    @Test
    void thoseThatWereConsumedLeaveWhenTheNextComes() {
        publish(QOS_1, 1);
        publish(QOS_1, 2);
        gateway.consume(0);
        publish(QOS_1, 3);
        assertEquals(List.of("PUBACK 1"), broker.sent());
    }

    @Test
    void oneThatComesTwiceIsConsumedOnce() {
        publish(QOS_2, 1);
        broker.publish("django/t", QOS_2, 1, true);
        assertEquals(1, gateway.messages.size());
    }

    @Test
    void aRefusedOneIsNotAcknowledgedAndTenEndTheConnection() {
        for (int id = 1; id <= 10; id++) {
            assertTrue(broker.channel.isOpen());
            publish(QOS_1, id);
            gateway.messages.get(id - 1).refused();
            network.run();
        }
        assertEquals(List.of(), broker.sent());
        assertFalse(broker.channel.isOpen());
        assertEquals(
                1,
                gateway.logged(
                        "Reconnecting as gateway: the consumer has refused messages, which the broker delivers again on a new"
                                + " connection only"));
    }

    @Test
    void ofThoseOfQos0OnlySoManyWait() {
        for (int i = 0; i < SubscribedHarness.MAX_MESSAGES; i++) {
            publish(QOS_0, 0);
        }
        publish(QOS_0, 0);
        assertEquals(3, gateway.messages.size());
        assertEquals(List.of(SessionMetrics.Dropped.QUEUE), gateway.dropped);
        assertEquals(
                1,
                gateway.logged(
                        "1 QoS 0 messages dropped: they come faster than the consumer takes them. The last one was on"
                                + " django/t"));
        publish(QOS_1, 1);
        assertEquals(4, gateway.messages.size(), "one of QoS 1 is never dropped");
        gateway.consume(0);
        gateway.consume(1);
        publish(QOS_0, 0);
        assertEquals(5, gateway.messages.size());
    }

    @Test
    void whenTheBytesAreFullTheSocketIsNotRead() {
        assertTrue(isRead());
        fill();
        assertFalse(isRead());
        gateway.consume(0);
        network.pass(1);
        assertEquals(List.of("PUBACK 1"), broker.sent());
        assertFalse(isRead(), "less than half is free");
        gateway.consume(1);
        network.pass(1);
        assertTrue(isRead());
    }

    @Test
    void thoseOfQos0MakeRoomToo() {
        for (int i = 0; i < 3; i++) {
            broker.publish("django/t", QOS_0, 0, false, new byte[SIZE]);
        }
        assertFalse(isRead());
        gateway.consume(0);
        gateway.consume(1);
        network.pass(1);
        assertTrue(isRead());
    }

    @Test
    void theNextConnectionIsNotReadEitherAndItsSubscriptionNotLate() {
        fill();
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket next = network.accept(false);
        assertFalse(next.channel.config().isAutoRead());
        network.pass(EmbeddedNetwork.SUBACK_MILLIS);
        assertTrue(next.channel.isOpen());
        gateway.consume(0);
        gateway.consume(1);
        network.pass(1);
        assertTrue(next.channel.config().isAutoRead());
        // From now on the broker has its whole time.
        network.pass(EmbeddedNetwork.SUBACK_MILLIS - 1);
        assertTrue(next.channel.isOpen());
        network.pass(1);
        assertFalse(next.channel.isOpen());
    }

    @Test
    void aPauseLaterThanTheAnswerAsksForNoOther() {
        fill();
        gateway.consume(0);
        gateway.consume(1);
        network.pass(1);
        network.pass(EmbeddedNetwork.SUBACK_MILLIS);
        assertTrue(broker.channel.isOpen());
    }

    @Test
    void whatIsConsumedWithoutAConnectionIsAcknowledgedWhenItComesAgain() {
        publish(QOS_1, 1);
        publish(QOS_1, 2);
        gateway.consume(0);
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        gateway.consume(1);
        network.pass(1);
        EmbeddedSocket next = gateway.subscribed(true);
        next.publish("django/t", QOS_1, 1, true);
        next.publish("django/t", QOS_1, 2, true);
        assertEquals(2, gateway.messages.size());
        assertEquals(List.of("PUBACK 1", "PUBACK 2"), next.sent());
        assertTrue(next.channel.config().isAutoRead());
    }

    @Test
    void whatIsRefusedBetweenTwoConnectionsIsNewOnTheSecond() {
        publish(QOS_1, 1);
        publish(QOS_1, 2);
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        network.accept(true).hangUp();
        network.pass(2 * EmbeddedNetwork.RETRY_MILLIS);
        gateway.messages.get(0).refused();
        network.accept(true).publish("django/t", QOS_1, 1, true);
        assertEquals(3, gateway.messages.size());
    }

    @Test
    void oneThatIsTooLargeIsAcknowledgedAndNotConsumed() {
        byte[] large = new byte[EmbeddedNetwork.MAX_PAYLOAD + 1];
        broker.publish("django/\n", QOS_1, 1, false, large);
        broker.publish("django/t", QOS_0, 0, false, large);
        broker.publish("django/t", QOS_2, 2, false, large);
        broker.publish("django/t", QOS_2, 2, true, large);
        assertEquals(List.of("PUBACK 1", "PUBREC 2", "PUBREC 2"), broker.sent());
        assertEquals(List.of(), gateway.messages);
        assertEquals(3, gateway.dropped.size());
        assertEquals(SessionMetrics.Dropped.SIZE, gateway.dropped.get(0));
        assertEquals(
                1,
                gateway.logged("1 messages larger than mqtt.max-message-size (1000 bytes) were not consumed. Raise"
                        + " mqtt.max-message-size (MQTT_MAX_MESSAGE_SIZE). The last one was 1001 bytes on django/\\n"));
    }

    @Test
    void soIsOneWithATopicThatIsNone() {
        broker.publish("django/+", QOS_1, 1, false);
        assertEquals(List.of("PUBACK 1"), broker.sent());
        assertEquals(List.of(SessionMetrics.Dropped.TOPIC), gateway.dropped);
        assertEquals(1, gateway.logged("1 messages dropped whose packet breaks the standard: the topic name is empty"));
    }

    @Test
    void aPingTellsThatAllHasCome() {
        List<String> answers = new ArrayList<>();
        gateway.session.ping(() -> answers.add("first"));
        network.run();
        assertEquals(List.of("PINGREQ"), broker.sent());
        broker.receive(0xd0, 0);
        assertEquals(List.of("first"), answers);
        broker.hangUp();
        network.run();
        gateway.session.ping(() -> answers.add("second"));
        network.run();
        assertEquals(List.of("first"), answers);
    }

    @Test
    void closeWaitsForTheConsumer() {
        publish(QOS_1, 1);
        Future<Void> closed = gateway.session.close();
        network.pass(20);
        gateway.messages.get(0).consumed();
        network.pass(19);
        assertEquals(List.of("PUBACK 1"), broker.sent());
        network.pass(1);
        assertEquals(List.of("DISCONNECT"), broker.sent());
        assertTrue(closed.succeeded());
        assertFalse(broker.channel.isOpen());
    }

    @Test
    void closeAcknowledgesBeforeItDisconnects() {
        publish(QOS_1, 1);
        publish(QOS_1, 2);
        gateway.consume(0);
        gateway.session.consumerEnded();
        gateway.session.close();
        network.run();
        assertEquals(List.of("PUBACK 1", "DISCONNECT"), broker.sent());
    }

    @Test
    void closeDoesNotWaitForEver() {
        publish(QOS_1, 1);
        gateway.session.close();
        for (int i = 0; i < 99; i++) {
            network.pass(20);
        }
        assertEquals(List.of(), broker.sent());
        network.pass(20);
        assertEquals(List.of("DISCONNECT"), broker.sent());
    }

    @Test
    void abandonDoesNotWait() {
        publish(QOS_1, 1);
        Future<Void> closed = gateway.session.abandon();
        network.run();
        assertEquals(List.of("DISCONNECT"), broker.sent());
        assertTrue(closed.succeeded());
        assertNull(gateway.session.version());
    }
}
