package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.Received;
import org.mqttgateway.testing.ScriptedBroker;

/** Identifiers whose answer never comes cost the connection, not the service, and confirm nobody else; see InFlightTest for which are given. */
class PacketIdTest {

    /** With a session that the broker keeps it would be the same again after every reconnection, were it not given up. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBrokerThatOwesAllAnswersIsLeftForANewConnection(boolean keptSession) {
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker()) {
            if (keptSession) {
                broker.keepSession();
            }
            broker.connack(MqttPropertyType.RECEIVE_MAXIMUM, 2);
            broker.confirmOnly(message -> !message.text().equals("withheld"));
            broker.onPubrel(packet -> {});
            try (OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "500ms")) {
                broker.awaitConnections(1);
                assertEquals(Reason.OUTCOME_UNKNOWN, failed(gateway.send("withheld", MqttQoS.EXACTLY_ONCE)));
                assertEquals(Reason.OUTCOME_UNKNOWN, failed(gateway.send("withheld", MqttQoS.EXACTLY_ONCE)));
                acked(gateway.send("confirmed", MqttQoS.AT_LEAST_ONCE));
                assertEquals(2, broker.attempts().size());
                assertTrue(broker.attempts().get(1).isCleanSession());
                log.await("the broker has not confirmed 2 publishes in time, and takes no more than that at once");
            }
        }
    }

    /** The Receive Maximum counts for each connection anew (section 4.9). */
    @Test
    void whatWasOwedOnALostConnectionTakesNoPlaceOfTheReceiveMaximum() {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            broker.keepSession();
            broker.connack(MqttPropertyType.RECEIVE_MAXIMUM, 2);
            broker.confirmOnly(message -> false);
            try (OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "500ms")) {
                broker.awaitConnections(1);
                assertEquals(Reason.OUTCOME_UNKNOWN, failed(gateway.send("withheld", MqttQoS.AT_LEAST_ONCE)));
                broker.confirmOnly(message -> message.text().equals("withheld"));
                broker.cut();
                broker.awaitAttempts(2);
                gateway.send("1", MqttQoS.AT_LEAST_ONCE);
                gateway.send("2", MqttQoS.AT_LEAST_ONCE);
                broker.awaitPublished(4);
                assertEquals(List.of("withheld", "withheld", "1", "2"), broker.payloads());
            }
        }
    }

    @Test
    void aLateAnswerFreesItsIdentifierAndConfirmsNobody() {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            broker.connack(MqttPropertyType.RECEIVE_MAXIMUM, 2);
            broker.confirmOnly(message -> false);
            try (OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "1s")) {
                broker.awaitConnections(1);
                assertEquals(Reason.OUTCOME_UNKNOWN, failed(gateway.send("late", MqttQoS.AT_LEAST_ONCE)));
                var other = gateway.send("other", MqttQoS.AT_LEAST_ONCE);
                var third = gateway.send("third", MqttQoS.AT_LEAST_ONCE);
                broker.awaitPublished(2);
                Received late = broker.published().get(0);
                broker.confirm(late);
                broker.awaitPublished(3);
                broker.confirm(broker.published().get(2));
                acked(third);
                assertFalse(other.isDone());
                broker.confirm(broker.published().get(1));
                acked(other);
                assertEquals(1, broker.attempts().size());
            }
        }
    }
}
