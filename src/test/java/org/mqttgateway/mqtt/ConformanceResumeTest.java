package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.mqtt.PublishingHarness.PUBCOMP;
import static org.mqttgateway.mqtt.PublishingHarness.PUBREC;
import static org.mqttgateway.mqtt.PublishingHarness.property;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;

/** What is sent again when the broker has kept the session, and when it cannot have kept it (sections 3.2.2.1.1, 4.4, 4.6 and 4.9). */
class ConformanceResumeTest extends PublishOnTheWire {

    private static final long SOON = 1_000;

    ConformanceResumeTest() {
        super(MqttVersion.MQTT_5);
    }

    private static String pubrel(int packetId) {
        return String.format("6202%04x", packetId);
    }

    /** The broker closes the connection, perhaps for a message, and the session goes on. */
    private EmbeddedSocket resumedAfterClose(EmbeddedSocket broker) {
        broker.hangUp();
        network.pass(30_000);
        return connected(true);
    }

    private EmbeddedSocket resumed(EmbeddedSocket broker) {
        lose(broker);
        return connected(true);
    }

    @Test
    void qos1KeepsItsIdentifier() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_1);
        offer(QOS_1);
        assertEquals(List.of(publish(0x3a, "0001"), publish(0x3a, "0002")), hex(resumed(broker)));
    }

    /** The broker has the message, and delivers it perhaps when it gets PUBREL: so it must get it, whatever it has closed the connection for. */
    @Test
    void aPubrelIsSentAgainWhateverTheBrokerClosesFor() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_2);
        broker = resumedAfterClose(broker);
        assertEquals(List.of(publish(0x3c, "0001")), hex(broker));
        answer(broker, PUBREC, 1);
        assertEquals(List.of(pubrel(1)), hex(broker));
        assertEquals(List.of(pubrel(1)), hex(resumedAfterClose(broker)));
    }

    /** Their callers have their answer (the outcome is unknown), but their flows have not ended. */
    @Test
    void whatHasFailedHereIsUnansweredThere() {
        EmbeddedSocket broker = connected(false);
        PublishingHarness.Message qos1 = gateway.offer(QOS_1, SOON);
        PublishingHarness.Message qos2 = gateway.offer(QOS_2, SOON);
        PublishingHarness.Message released = gateway.offer(QOS_2, SOON);
        answer(broker, PUBREC, 3);
        for (int i = 0; i < 12; i++) {
            broker.receive(0xd0, 0);
            network.pass(100);
        }
        for (PublishingHarness.Message message : List.of(qos1, qos2, released)) {
            assertTrue(message.end.startsWith("OUTCOME_UNKNOWN"), message.end);
        }
        for (int i = 0; i < 2; i++) {
            broker = resumed(broker);
            assertEquals(
                    List.of("PUBLISH 1 DUP", "PUBLISH 2 DUP", "PUBREL 3"),
                    broker.sent().stream().sorted().toList());
        }
        answer(broker, PUBREC, 2);
        assertEquals(List.of("PUBREL 2"), broker.sent());
        answer(broker, PUBCOMP, 2);
        answer(broker, PUBCOMP, 3);
        answer(broker, PublishingHarness.PUBACK, 1);
        assertEquals(List.of(), resumed(broker).sent());
    }

    @Test
    void pubrelsAreSentAgainInTheOrderOfThePubrecs() {
        EmbeddedSocket broker = connected(false);
        for (int i = 0; i < 3; i++) {
            offer(QOS_2);
        }
        for (int id : new int[] {3, 1, 2}) {
            answer(broker, PUBREC, id);
        }
        for (int i = 0; i < 2; i++) {
            broker = resumed(broker);
            assertEquals(List.of(pubrel(3), pubrel(1), pubrel(2)), hex(broker));
        }
    }

    @Test
    void aPubrelDoesNotWaitForTheQuota() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_1);
        offer(QOS_2);
        answer(broker, PUBREC, 2);
        lose(broker);
        EmbeddedSocket next = connected(true, property(MqttPropertyType.RECEIVE_MAXIMUM, 1));
        assertTrue(hex(next).contains(pubrel(2)));
    }

    /** A session of this client would be one of somebody else. */
    @ParameterizedTest
    @EnumSource(
            value = SessionLifetime.class,
            names = {"CONNECTION", "PROCESS"})
    void aSessionThatNobodyAskedForEndsTheConnection(SessionLifetime lifetime) {
        try (SessionHarness clean = new SessionHarness(lifetime, MqttVersion.MQTT_5)) {
            EmbeddedSocket broker = clean.network.answer();
            assertTrue(broker.connect().variableHeader().isCleanSession());
            broker.accept(true);
            clean.network.run();
            assertFalse(broker.channel.isOpen());
            assertFalse(clean.session.status().ok());
            clean.network.pass(30_000);
            clean.network.accept(false);
            assertTrue(clean.session.status().ok());
        }
    }
}
