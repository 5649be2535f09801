package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failure;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.testing.ScriptedBroker;

/** No packet is larger than the broker's Maximum Packet Size, and none is refused that is not (section 3.2.2.3.6). */
class ConformancePacketSizeTest {

    private final ScriptedBroker broker = new ScriptedBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    /** Packet type, Remaining Length in so many bytes, the topic "t" with its length, the Property Length, and the payload. */
    private static String payload(int packet, int remainingLength) {
        return "x".repeat(packet - 1 - remainingLength - 3 - 1);
    }

    @Test
    void thePublishThatFitsIsSentAndOneByteMoreIsNot() {
        for (int remainingLength = 1; remainingLength <= 4; remainingLength++) {
            int limit = List.of(100, 1_000, 100_000, 2_100_000).get(remainingLength - 1);
            broker.connack(MqttPropertyType.MAXIMUM_PACKET_SIZE, limit);
            int before = broker.published().size();
            try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
                acked(gateway.send(payload(limit, remainingLength), MqttQoS.AT_MOST_ONCE));
                assertEquals(
                        ReasonCode.PACKET_TOO_LARGE,
                        failure(gateway.send(payload(limit + 1, remainingLength), MqttQoS.AT_MOST_ONCE))
                                .reasonCode());
                acked(gateway.send("next", MqttQoS.AT_LEAST_ONCE));
                assertEquals(before + 2, broker.published().size());
            }
        }
    }
}
