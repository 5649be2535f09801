package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.ScriptedBroker;

/** A message of QoS 2 is consumed once, over cuts as well, and its flow always comes to its end (section 4.3.3). */
@BothVersions
class Qos2IncomingTest {

    private static final Delivery MESSAGE = Delivery.of("django/mqtt", "message", MqttQoS.EXACTLY_ONCE);

    private final ScriptedBroker broker;
    private final IncomingHarness gateway;

    /** The PUBCOMP for an identifier that the gateway does not know; MQTT 3.1.1 has no codes. */
    private final String unknown;

    Qos2IncomingTest(MqttVersion version) {
        unknown = version == MqttVersion.MQTT_5 ? " 0x92" : "";
        broker = new ScriptedBroker(version);
        broker.keepSession();
        gateway = connect();
    }

    private IncomingHarness connect() {
        int before = broker.subscribed().size();
        IncomingHarness connected =
                new IncomingHarness(broker.port(), message -> {}, "client-id", "durable", "qos", "2");
        broker.awaitSubscribed(before + 1);
        return connected;
    }

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
    }

    /** The answers of the gateway, in order. */
    private List<String> answers() {
        return broker.acknowledgements().stream().map(packet -> packet.text()).toList();
    }

    private void cut() {
        int before = broker.attempts().size();
        broker.cut();
        broker.awaitConnected(before + 1);
    }

    @Test
    void pubrecAfterConsumption() {
        int id = broker.deliver(MESSAGE);
        gateway.await(1);
        broker.release(99);
        broker.awaitPacket("PUBCOMP 99" + unknown);
        assertEquals(List.of("PUBCOMP 99" + unknown), answers());
        gateway.messages().get(0).ack();
        broker.awaitPacket("PUBCOMP " + id);
        assertEquals(List.of("PUBCOMP 99" + unknown, "PUBREC " + id, "PUBCOMP " + id), answers());
    }

    @Test
    void againWhileTheConsumerHasItIsNotConsumedAgain() {
        int id = broker.deliver(MESSAGE);
        gateway.await(1);
        broker.deliver(MESSAGE.again(id));
        int next = broker.deliver(MESSAGE);
        gateway.await(2).forEach(message -> message.ack());
        broker.awaitPacket("PUBCOMP " + next);
        assertEquals(2, gateway.messages().size());
    }

    @Test
    void againAfterPubrecIsAnsweredAndNotConsumedAgain() {
        broker.onPubrec(pubrec -> {});
        int id = broker.deliver(MESSAGE);
        gateway.await(1).get(0).ack();
        broker.awaitPacket("PUBREC " + id);
        broker.deliver(MESSAGE.again(id));
        broker.awaitPackets("PUBREC " + id, 2);
        broker.release(id);
        broker.awaitPacket("PUBCOMP " + id);
        assertEquals(1, gateway.messages().size());
    }

    @Test
    void afterPubcompTheIdentifierIsFree() {
        int id = broker.deliver(MESSAGE);
        gateway.await(1).get(0).ack();
        broker.awaitPacket("PUBCOMP " + id);
        broker.deliver(MESSAGE.withId(id));
        gateway.await(2).get(1).ack();
        broker.awaitPackets("PUBCOMP " + id, 2);
    }

    @Test
    void acrossACutWhileTheConsumerHasIt() {
        int id = broker.deliver(MESSAGE);
        gateway.await(1);
        cut();
        broker.deliver(MESSAGE.again(id));
        gateway.messages().get(0).ack();
        broker.awaitPacket("PUBCOMP " + id);
        assertEquals(List.of("PUBREC " + id, "PUBCOMP " + id), answers());
        assertEquals(1, gateway.messages().size());
    }

    @Test
    void consumedWhileThereWasNoConnection() {
        int first = broker.deliver(MESSAGE);
        int second = broker.deliver(MESSAGE);
        // The second one's acknowledgement waits for the first one's, so the broker has neither.
        gateway.await(2).get(1).ack();
        cut();
        gateway.messages().get(0).ack();
        broker.deliver(MESSAGE.again(first));
        broker.deliver(MESSAGE.again(second));
        broker.awaitPacket("PUBCOMP " + second);
        broker.awaitPacket("PUBCOMP " + first);
        assertEquals(2, gateway.messages().size());
    }

    @Test
    void acrossACutAfterPubrec() {
        broker.onPubrec(pubrec -> {});
        int id = broker.deliver(MESSAGE);
        gateway.await(1).get(0).ack();
        broker.awaitPacket("PUBREC " + id);
        cut();
        broker.deliver(MESSAGE.again(id));
        broker.awaitPackets("PUBREC " + id, 2);
        broker.release(id);
        broker.awaitPacket("PUBCOMP " + id);
        assertEquals(1, gateway.messages().size());
    }

    @Test
    void aLostSessionIsForgotten() {
        broker.onPubrec(pubrec -> {});
        int received = broker.deliver(MESSAGE);
        int held = broker.deliver(MESSAGE);
        gateway.await(2).get(0).ack();
        broker.awaitPacket("PUBREC " + received);
        broker.loseSession();
        cut();
        broker.deliver(MESSAGE.withId(received));
        broker.deliver(MESSAGE.withId(held));
        gateway.await(4);
        broker.release(received);
        broker.awaitPacket("PUBCOMP " + received + unknown);
    }

    @Test
    void afterACrashWhatWasBegunIsBroughtToItsEnd() {
        broker.onPubrec(pubrec -> {});
        int id = broker.deliver(MESSAGE);
        gateway.await(1).get(0).ack();
        broker.awaitPacket("PUBREC " + id);
        gateway.close();
        try (IncomingHarness restarted = connect()) {
            broker.release(id);
            broker.awaitPacket("PUBCOMP " + id + unknown);
            broker.deliver(MESSAGE.withId(id));
            restarted.await(1);
        }
    }

    @Test
    void pubrelTwiceIsAnsweredTwice() {
        int id = broker.deliver(MESSAGE);
        gateway.await(1).get(0).ack();
        broker.awaitPacket("PUBCOMP " + id);
        broker.release(id);
        Awaitility.await().until(() -> answers().size() == 3);
        assertEquals(List.of("PUBREC " + id, "PUBCOMP " + id, "PUBCOMP " + id + unknown), answers());
    }
}
