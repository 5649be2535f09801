package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.TcpRelay;

/** A message for which the broker closes the connection is found out where the way to the broker takes longer than suspicion lasts at first. */
@BothVersions
@Execution(ExecutionMode.CONCURRENT)
class PoisonFarAwayTest {

    private final MqttVersion version;

    PoisonFarAwayTest(MqttVersion version) {
        this.version = version;
    }

    @Test
    void isFound() {
        try (ScriptedBroker broker = new ScriptedBroker(version);
                TcpRelay relay = new TcpRelay(broker.port());
                OutgoingHarness gateway = new OutgoingHarness(relay.port(), "publish-timeout", "15s")) {
            broker.closeOn(message -> message.text().equals("poison"));
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            // Messages go one at a time for a quarter of a second, and longer only if that did not help.
            relay.delay(300);
            CompletableFuture<Void> poison = gateway.send("poison", MqttQoS.AT_LEAST_ONCE);
            List<CompletableFuture<Void>> others = gateway.send(20);
            assertEquals(Reason.REFUSED, failed(poison));
            others.forEach(OutgoingHarness::acked);
        }
    }
}
