package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.mqttgateway.mqtt.PublishingHarness.PUBREC;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.WirePacket;

/** An answer that belongs to the other flow (section 4.3). */
@BothVersions
class ConformanceFlowTest extends PublishOnTheWire {

    private static final int PUBREL = 6;

    ConformanceFlowTest(MqttVersion version) {
        super(version);
    }

    /** Whether the connection goes on is not asked here. */
    @Test
    void aPubrecForQos1GetsNoPubrel() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_1);
        hex(broker);
        answer(broker, PUBREC, 1);
        List<Integer> types = broker.wire().stream().map(WirePacket::type).toList();
        assertFalse(types.contains(PUBREL), types.toString());
        assertEquals(List.of(), ends);
    }
}
