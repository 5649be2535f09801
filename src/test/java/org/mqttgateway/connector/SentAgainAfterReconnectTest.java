package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.TcpRelay;

/** Promise 3: what a lost connection leaves unconfirmed is sent again, in order; a QoS 2 message never is. */
@BothVersions
class SentAgainAfterReconnectTest {

    private final MqttVersion version;

    private final ScriptedBroker broker;

    SentAgainAfterReconnectTest(MqttVersion version) {
        this.version = version;
        broker = new ScriptedBroker(version);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void qos1InOrder() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            broker.confirmOnly(message -> false);
            CompletableFuture<Void> first = gateway.send("1", MqttQoS.AT_LEAST_ONCE);
            CompletableFuture<Void> second = gateway.send("2", MqttQoS.AT_LEAST_ONCE);
            broker.awaitPublished(2);
            broker.confirmOnly(message -> true);
            broker.refuse(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
            broker.cut();
            Awaitility.await("the connection is lost")
                    .until(() -> !gateway.status().ok());
            CompletableFuture<Void> third = gateway.send("3", MqttQoS.AT_LEAST_ONCE);
            broker.refuse(null);
            List.of(first, second, third).forEach(OutgoingHarness::acked);
            assertEquals(List.of("1", "2", "1", "2", "3"), broker.payloads());
            assertTrue(broker.published().get(2).dup(), "a repeated PUBLISH carries DUP (section 3.3.1.1)");
        }
    }

    @Test
    void qos0ThatWaits() {
        try (ScriptedBroker late = ScriptedBroker.absent(version);
                OutgoingHarness gateway = new OutgoingHarness(late.port())) {
            CompletableFuture<Void> first = gateway.send("1", MqttQoS.AT_MOST_ONCE);
            CompletableFuture<Void> second = gateway.send("2", MqttQoS.AT_MOST_ONCE);
            late.listen();
            acked(first);
            acked(second);
            late.awaitPublished(2);
            assertEquals(List.of("1", "2"), late.payloads());
        }
    }

    @Test
    void qos2IsNeverSentTwice() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            broker.confirmOnly(message -> false);
            CompletableFuture<Void> unknown = gateway.send("once", MqttQoS.EXACTLY_ONCE);
            broker.awaitPublished(1);
            broker.confirmOnly(message -> true);
            broker.cut();
            assertEquals(Reason.OUTCOME_UNKNOWN, failed(unknown));
            acked(gateway.send("next", MqttQoS.EXACTLY_ONCE));
            assertEquals(List.of("once", "next"), broker.payloads());
        }
    }

    @Test
    void whatACutInTheMiddleOfAPublishLeaves() {
        try (TcpRelay relay = new TcpRelay(broker.port());
                OutgoingHarness gateway = new OutgoingHarness(relay.port())) {
            acked(gateway.send("before", MqttQoS.AT_LEAST_ONCE));
            relay.cutAfter(50_000);
            acked(gateway.send("x".repeat(200_000), MqttQoS.AT_LEAST_ONCE));
            assertEquals(2, broker.published().size(), "half a packet is no message");
            assertEquals(200_000, broker.published().get(1).payload().length());
        }
    }
}
