package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Packet;
import org.mqttgateway.testing.ScriptedBroker;

/**
 * A message whose topic is not the filter's is an older subscription's only if an earlier process has made the session and the broker delivers topics as they are. What is in
 * doubt is consumed.
 */
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

    private IncomingHarness connect(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of("client-id", "durable"));
        IncomingHarness gateway = new IncomingHarness(broker.port(), Message::ack, all.toArray(String[]::new));
        broker.awaitSubscribed(1);
        return gateway;
    }

    /** A session of an earlier process, in which a message has matched the filter. */
    private IncomingHarness inherit() {
        broker.keepSession();
        IncomingHarness gateway = connect();
        broker.deliver("django/mqtt", "wanted", MqttQoS.AT_LEAST_ONCE);
        gateway.await(1);
        return gateway;
    }

    @Test
    void ofAKeptSessionIsDroppedAcknowledgedAndUnsubscribed() {
        try (IncomingHarness gateway = inherit()) {
            int id = broker.deliver("old/topic", "unwanted", MqttQoS.AT_LEAST_ONCE);
            broker.awaitPacket("PUBACK " + id);
            Awaitility.await().until(() -> broker.unsubscribed().equals(List.of("old/topic")));
            assertEquals(1, gateway.dropped("leftover"));
            assertEquals(List.of("wanted"), gateway.payloads());
        }
    }

    @Test
    void manyCostNoUnsubscribeEachAndEachUnsubscribeHasItsOwnIdentifier() {
        try (IncomingHarness gateway = inherit()) {
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

    /** Some brokers deliver under another topic than the filter says: all of it is consumed, on whatever connection. */
    @ParameterizedTest
    @ValueSource(strings = {"rewritten", "$queue/t", "$exclusive/t", "$share/g/t"})
    void whatTheBrokerRewritesIsConsumed(String filter) {
        try (IncomingHarness gateway = connect("topic", filter)) {
            broker.deliver("t", "first", MqttQoS.AT_LEAST_ONCE);
            gateway.await(1);
            broker.keepSession();
            broker.cut();
            broker.awaitConnected(2);
            broker.deliver("t", "second", MqttQoS.AT_LEAST_ONCE);
            gateway.await(2);
        }
        // A new process finds the session.
        try (IncomingHarness gateway = connect("topic", filter)) {
            broker.awaitConnected(3);
            broker.deliver("t", "third", MqttQoS.AT_LEAST_ONCE);
            gateway.await(1);
            assertEquals(List.of(), broker.unsubscribed());
            assertEquals(0, gateway.dropped("leftover"));
        }
    }
}
