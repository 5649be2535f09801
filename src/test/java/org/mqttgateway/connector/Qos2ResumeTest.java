package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.Received;
import org.mqttgateway.testing.ScriptedBroker;

/** A QoS 2 publish goes on over a lost connection where the broker of MQTT 5 has kept the session, and is never sent twice where it has not. */
class Qos2ResumeTest {

    private final ScriptedBroker broker = new ScriptedBroker();
    private final OutgoingHarness gateway = new OutgoingHarness(broker.port());

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
    }

    @Test
    void isSentAgainWithItsIdentifier() {
        acked(gateway.send("connected", MqttQoS.EXACTLY_ONCE));
        broker.confirmOnly(message -> false);
        CompletableFuture<Void> outcome = gateway.send("m", MqttQoS.EXACTLY_ONCE);
        broker.awaitPublished(2);
        broker.keepSession();
        broker.confirmOnly(message -> true);
        broker.cut();
        acked(outcome);
        List<Received> published = broker.published();
        assertEquals(published.get(1).packetId(), published.get(2).packetId());
        assertTrue(published.get(2).dup());
        assertTrue(!broker.attempts().get(1).isCleanSession(), "the session is resumed");
    }

    @Test
    void whatTheBrokerHasGoesOnWithPubrel() {
        acked(gateway.send("connected", MqttQoS.EXACTLY_ONCE));
        broker.onPubrel(packet -> {});
        CompletableFuture<Void> outcome = gateway.send("m", MqttQoS.EXACTLY_ONCE);
        broker.awaitPacket("PUBREL 2");
        broker.keepSession();
        broker.onPubrel(packet -> packet.connection().pubcomp(packet.packetId(), 0, null));
        broker.cut();
        acked(outcome);
        assertEquals(List.of("connected", "m"), broker.payloads());
    }

    @Test
    void aBrokerThatHasForgottenTheIdentifierHadTheMessage() {
        acked(gateway.send("connected", MqttQoS.EXACTLY_ONCE));
        broker.keepSession();
        broker.onPubrel(packet -> {
            // The PUBCOMP is lost with the connection.
            broker.refusePubrel(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, null);
            packet.connection().close();
        });
        CompletableFuture<Void> outcome = gateway.send("m", MqttQoS.EXACTLY_ONCE);
        acked(outcome);
        assertEquals(List.of("connected", "m"), broker.payloads());
    }

    @Test
    void aPubrelOnWhichTheBrokerClosesIsNotSentForEver() {
        broker.keepSession();
        broker.onPubrel(packet -> packet.connection().close());
        acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
        CompletableFuture<Void> outcome = gateway.send("m", MqttQoS.EXACTLY_ONCE);
        assertEquals(Reason.OUTCOME_UNKNOWN, failed(outcome), "the broker has it");
        acked(gateway.send("next", MqttQoS.AT_LEAST_ONCE));
        // After two closes the session is given up.
        assertEquals(4, broker.attempts().size());
        assertTrue(broker.attempts().get(3).isCleanSession());
        assertEquals(List.of("connected", "m", "next"), broker.payloads());
    }

    /** Nobody waits for it, but the broker would keep its identifier, and a place of its Receive Maximum, as long as the session. */
    @Test
    void theFlowOfAFailedMessageGoesOn() {
        try (OutgoingHarness hasty = new OutgoingHarness(broker.port(), "publish-timeout", "500ms")) {
            broker.keepSession();
            broker.confirmOnly(message -> !message.text().equals("withheld"));
            assertEquals(Reason.OUTCOME_UNKNOWN, failed(hasty.send("withheld", MqttQoS.EXACTLY_ONCE)));
            Received withheld = broker.published().get(0);
            broker.confirmOnly(message -> true);
            broker.cut();
            broker.awaitPacket("PUBREL " + withheld.packetId());
            Received again = broker.published().get(1);
            assertTrue(again.dup());
            assertEquals(withheld.packetId(), again.packetId());
            acked(hasty.send("next", MqttQoS.EXACTLY_ONCE));
            assertEquals(List.of("withheld", "withheld", "next"), broker.payloads());
        }
    }

    @Test
    void withoutTheSessionItsOutcomeIsUnknown() {
        acked(gateway.send("connected", MqttQoS.EXACTLY_ONCE));
        broker.confirmOnly(message -> false);
        CompletableFuture<Void> outcome = gateway.send("m", MqttQoS.EXACTLY_ONCE);
        broker.awaitPublished(2);
        broker.confirmOnly(message -> true);
        broker.cut();
        assertEquals(Reason.OUTCOME_UNKNOWN, failed(outcome));
        acked(gateway.send("next", MqttQoS.EXACTLY_ONCE));
        assertEquals(List.of("connected", "m", "next"), broker.payloads());
    }
}
