package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.Packet;
import org.mqttgateway.testing.ScriptedBroker;

/** Acknowledgements leave in the order in which the messages came (section 4.6), whatever the order in which they were consumed. */
@BothVersions
class AcknowledgeOrderTest {

    private static final Delivery QOS_1 = Delivery.of("django/mqtt", "message", MqttQoS.AT_LEAST_ONCE);

    private final ScriptedBroker broker;
    private final IncomingHarness gateway;

    AcknowledgeOrderTest(MqttVersion version) {
        broker = new ScriptedBroker(version);
        broker.keepSession();
        gateway = new IncomingHarness(broker.port(), message -> {}, "client-id", "durable", "qos", "2");
        broker.awaitSubscribed(1);
    }

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void ofArrival(int qos) {
        List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(broker.deliver("django/mqtt", "message " + i, MqttQoS.valueOf(qos)));
        }
        List<Message<byte[]>> shuffled = new ArrayList<>(gateway.await(sent.size()));
        Collections.shuffle(shuffled, new Random(1));
        shuffled.forEach(Message::ack);
        Awaitility.await().until(() -> firstAnswers().size() == sent.size());
        assertEquals(sent, firstAnswers());
    }

    private List<Integer> firstAnswers() {
        return broker.packets().stream()
                .filter(packet ->
                        packet.text().startsWith("PUBACK") || packet.text().startsWith("PUBREC"))
                .map(Packet::packetId)
                .toList();
    }

    @Test
    void ofArrivalOnTheNewConnection() {
        int first = broker.deliver(QOS_1);
        int second = broker.deliver(QOS_1);
        gateway.await(2);
        broker.cut();
        broker.awaitConnected(2);
        broker.deliver(QOS_1.again(second));
        broker.deliver(QOS_1.again(first));
        gateway.messages().forEach(Message::ack);
        Awaitility.await().until(() -> firstAnswers().size() == 2);
        assertEquals(List.of(second, first), firstAnswers());
    }

    @Test
    void whatComesAgainWhileTheConsumerHasItIsConsumedOnce() {
        int id = broker.deliver(QOS_1);
        gateway.await(1);
        broker.cut();
        broker.awaitConnected(2);
        broker.deliver(QOS_1.again(id));
        int next = broker.deliver(
                Delivery.of("django/mqtt", "next", MqttQoS.AT_LEAST_ONCE).withId(id + 1));
        gateway.await(2).forEach(Message::ack);
        broker.awaitPacket("PUBACK " + next);
        assertEquals(List.of("message", "next"), gateway.payloads());
        assertEquals(List.of(id, next), firstAnswers());
    }

    @Test
    void withoutDupTheSameIdentifierIsAnotherMessage() {
        int id = broker.deliver(QOS_1);
        gateway.await(1);
        broker.cut();
        broker.awaitConnected(2);
        broker.deliver(
                Delivery.of("django/mqtt", "another", MqttQoS.AT_LEAST_ONCE).withId(id));
        gateway.await(2).get(1).ack();
        broker.awaitPacket("PUBACK " + id);
        assertEquals(List.of("message", "another"), gateway.payloads());
    }
}
