package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failure;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** What the broker says in CONNACK that it takes (MQTT 5 section 3.2.2.3) is kept; the rest is refused before it is sent. */
class ServerLimitsTest {

    private final ScriptedBroker broker = new ScriptedBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void receiveMaximumIsTheWindow() {
        broker.connack(MqttPropertyType.RECEIVE_MAXIMUM, 3);
        broker.confirmOnly(message -> false);
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            List<CompletableFuture<Void>> outcomes = gateway.send(10);
            broker.awaitPublished(3);
            broker.confirm(broker.published().get(0));
            broker.awaitPublished(4);
            assertEquals(List.of("m0", "m1", "m2", "m3"), broker.payloads());
            broker.confirmOnly(message -> true);
            broker.published().subList(1, 4).forEach(broker::confirm);
            outcomes.forEach(OutgoingHarness::acked);
        }
    }

    @Test
    void aHigherQosIsRefused() {
        broker.connack(MqttPropertyType.MAXIMUM_QOS, 0);
        refused(MqttQoS.AT_LEAST_ONCE, false, "m", ReasonCode.QOS_NOT_SUPPORTED);
    }

    @Test
    void retainIsRefused() {
        broker.connack(MqttPropertyType.RETAIN_AVAILABLE, 0);
        refused(MqttQoS.AT_MOST_ONCE, true, "m", ReasonCode.RETAIN_NOT_SUPPORTED);
    }

    @Test
    void aLargerPacketIsRefused() {
        broker.connack(MqttPropertyType.MAXIMUM_PACKET_SIZE, 200);
        refused(MqttQoS.AT_MOST_ONCE, false, "x".repeat(200), ReasonCode.PACKET_TOO_LARGE);
    }

    private void refused(MqttQoS qos, boolean retain, String payload, int reasonCode) {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            assertEquals(
                    reasonCode, failure(gateway.send("t", payload, qos, retain)).reasonCode());
            acked(gateway.send("t", "fine", MqttQoS.AT_MOST_ONCE, false));
            broker.awaitPublished(1);
            assertEquals(List.of("fine"), broker.payloads());
            assertEquals(1, broker.connections().size());
        }
    }

    @Test
    void theBrokersKeepAliveIsKept() {
        broker.connack(MqttPropertyType.SERVER_KEEP_ALIVE, 1);
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            broker.awaitPacket("PINGREQ");
            broker.ignorePings();
            broker.awaitConnections(1);
            Awaitility.await().until(() -> broker.attempts().size() == 2);
            acked(gateway.send("after", MqttQoS.AT_LEAST_ONCE));
        }
    }

    @Test
    void theAssignedClientIdIsInTheLog() {
        broker.connack(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER, "given");
        try (LogCapture log = new LogCapture("org.mqttgateway");
                OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("m", MqttQoS.AT_LEAST_ONCE));
            log.await(" as given with MQTT 5");
        }
    }
}
