package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failure;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mqttgateway.connector.message.BrokerAnswer;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** What the broker answers to a publish reaches its sender (MQTT 5 sections 3.4.2.1, 3.5.2.1 and 3.7.2.1). */
class RefusedPublishTest {

    private final ScriptedBroker broker = new ScriptedBroker();
    private final OutgoingHarness gateway = new OutgoingHarness(broker.port());

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttQoS.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void pubackAndPubrecCarryTheReason(MqttQoS qos) {
        broker.refuse(
                message -> message.text().equals("no"), ReasonCode.NOT_AUTHORIZED, "ask\nsomebody " + "x".repeat(300));
        PublishFailure failure = failure(gateway.send("no", qos));
        assertEquals(Reason.REFUSED, failure.reason());
        assertEquals(ReasonCode.NOT_AUTHORIZED, failure.reasonCode());
        assertTrue(failure.getMessage().startsWith("not authorized (ask\\nsomebody xxx"), failure.getMessage());
        assertTrue(failure.getMessage().length() < 240, "cut at 200 characters");
        acked(gateway.send("yes", qos));
        assertEquals(1, broker.connections().size());
    }

    @Test
    void pubcompCarriesTheReason() {
        broker.refusePubrel(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, null);
        PublishFailure failure = failure(gateway.send("m", MqttQoS.EXACTLY_ONCE));
        assertEquals(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, failure.reasonCode());
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttQoS.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void noMatchingSubscribersIsASuccess(MqttQoS qos) {
        broker.refuse(message -> true, ReasonCode.NO_MATCHING_SUBSCRIBERS, null);
        if (qos == MqttQoS.EXACTLY_ONCE) {
            broker.on(message -> true, message -> message.connection()
                    .pubrec(message.packetId(), ReasonCode.NO_MATCHING_SUBSCRIBERS, null));
        }
        Metadata said = gateway.send("t", "m", qos, false).join();
        assertEquals(
                BrokerAnswer.NO_MATCHING_SUBSCRIBERS,
                said.get(BrokerAnswer.class).orElseThrow());
    }

    @Test
    void aPubackForQos2ConfirmsAndIsSaidOnce() {
        broker.answerPuback(message -> true);
        try (LogCapture log = new LogCapture("org.mqttgateway")) {
            acked(gateway.send("1", MqttQoS.EXACTLY_ONCE));
            acked(gateway.send("2", MqttQoS.EXACTLY_ONCE));
            log.await("The broker confirms QoS 2 messages as it does those of QoS 1");
            assertEquals(1, log.containing("confirms QoS 2 messages").size());
        }
    }
}
