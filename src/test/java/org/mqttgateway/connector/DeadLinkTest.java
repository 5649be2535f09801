package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.TcpRelay;

/** A connection that is dead but not closed is given up for one that works, in time for the publishes that wait. */
@BothVersions
@Execution(ExecutionMode.CONCURRENT)
class DeadLinkTest {

    private final ScriptedBroker broker;

    DeadLinkTest(MqttVersion version) {
        broker = new ScriptedBroker(version);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void aPublishOverABlackHoleIsConfirmedOnAnotherConnection() {
        try (TcpRelay relay = new TcpRelay(broker.port());
                OutgoingHarness gateway = new OutgoingHarness(relay.port())) {
            acked(gateway.send("before", MqttQoS.AT_LEAST_ONCE));
            relay.blackHole();
            acked(gateway.send("after", MqttQoS.AT_LEAST_ONCE));
        }
    }

    @Test
    void aBrokerThatAnswersPingsKeepsItsConnection() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "900ms")) {
            // To connect may take longer than that where much else goes on.
            Awaitility.await().until(() -> gateway.status().ok());
            acked(gateway.send("before", MqttQoS.AT_LEAST_ONCE));
            int attempts = broker.attempts().size();
            broker.confirmOnly(message -> false);
            assertEquals(Reason.OUTCOME_UNKNOWN, failed(gateway.send("withheld", MqttQoS.AT_LEAST_ONCE)));
            broker.awaitPacket("PINGREQ");
            broker.confirmOnly(message -> true);
            acked(gateway.send("after", MqttQoS.AT_LEAST_ONCE));
            assertEquals(attempts, broker.attempts().size());
        }
    }
}
