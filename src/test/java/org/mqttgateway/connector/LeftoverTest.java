package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Packet;
import org.mqttgateway.testing.ScriptedBroker;

/** A message whose topic is not the filter's is an older subscription's only if the broker has kept the session. */
@BothVersions
class LeftoverTest {

    private final ScriptedBroker broker;

    LeftoverTest(MqttVersion version) {
        broker = new ScriptedBroker(version);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private IncomingHarness connect() {
        IncomingHarness gateway = new IncomingHarness(broker.port(), Message::ack, "client-id", "durable");
        broker.awaitSubscribed(1);
        return gateway;
    }

    @Test
    void ofAKeptSessionIsDroppedAcknowledgedAndUnsubscribed() {
        broker.keepSession();
        try (IncomingHarness gateway = connect()) {
            int id = broker.deliver("old/topic", "unwanted", MqttQoS.AT_LEAST_ONCE);
            broker.awaitPacket("PUBACK " + id);
            Awaitility.await().until(() -> broker.unsubscribed().equals(List.of("old/topic")));
            assertEquals(1, gateway.dropped("leftover"));
            assertEquals(List.of(), gateway.messages());
        }
    }

    @Test
    void manyCostNoUnsubscribeEachAndEachUnsubscribeHasItsOwnIdentifier() {
        broker.keepSession();
        try (IncomingHarness gateway = connect()) {
            long start = System.nanoTime();
            int last = 0;
            for (int i = 0; i < 300; i++) {
                last = broker.deliver("old/" + i, "unwanted", MqttQoS.AT_LEAST_ONCE);
            }
            broker.awaitPacket("PUBACK " + last);
            assertEquals(300, gateway.dropped("leftover"));
            long seconds = (System.nanoTime() - start) / 1_000_000_000;
            List<Integer> ids = broker.packets().stream()
                    .filter(packet ->
                            packet.type() == MqttMessageType.UNSUBSCRIBE || packet.type() == MqttMessageType.SUBSCRIBE)
                    .map(Packet::packetId)
                    .toList();
            assertTrue(ids.size() <= seconds + 2, ids.toString());
            assertEquals(ids.size(), ids.stream().distinct().count(), ids.toString());
        }
    }

    /** There can be no older subscription: the broker rewrites topics. */
    @Test
    void ofANewSessionIsConsumed() {
        try (IncomingHarness gateway = connect()) {
            broker.deliver("rewritten", "wanted", MqttQoS.AT_LEAST_ONCE);
            gateway.await(1);
            assertEquals(List.of(), broker.unsubscribed());
        }
    }
}
