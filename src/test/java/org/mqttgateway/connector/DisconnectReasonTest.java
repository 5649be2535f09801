package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** Why a connection ended is in the log in words, and what breaks the standard is named as such; the session goes on in either case. */
@BothVersions
class DisconnectReasonTest {

    private static final String TAKEOVER = "is another client using the same id?";

    private final boolean mqtt5;
    private final ScriptedBroker broker;
    private final LogCapture log = new LogCapture("org.mqttgateway");
    private final IncomingHarness gateway;

    DisconnectReasonTest(MqttVersion version) {
        mqtt5 = version == MqttVersion.MQTT_5;
        broker = new ScriptedBroker(version);
        gateway = new IncomingHarness(broker.port(), Message::ack, "client-id", "durable");
        broker.awaitSubscribed(1);
        log.await("Subscribed to");
    }

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
        log.close();
    }

    private void assertGoesOn() {
        broker.deliver("django/mqtt", "after", MqttQoS.AT_LEAST_ONCE);
        gateway.await(1);
        assertEquals(List.of("after"), gateway.payloads());
    }

    @Test
    void sessionTakenOver() {
        broker.newest().disconnect(0x8e, "by another\nclient");
        broker.awaitSubscribed(2);
        if (mqtt5) {
            log.await("The broker ends the connection of durable: session taken over (0x8E): by another\\nclient");
        }
        assertGoesOn();
    }

    @Test
    void takeoverIsGuessedWhereTheBrokerGivesNoReason() {
        for (int i = 1; i <= 3; i++) {
            broker.awaitSubscribed(i);
            broker.cut();
        }
        log.await(TAKEOVER);
    }

    @Test
    void aResetIsNoTakeover() {
        for (int i = 1; i <= 3; i++) {
            broker.awaitSubscribed(i);
            broker.reset();
        }
        log.await("lost after", 3);
        broker.awaitSubscribed(4);
        assertEquals(List.of(), log.containing(TAKEOVER));
    }

    /** PUBLISH, QoS 1, id 9: with these bytes as topic, in hex. */
    private void sendWithTopic(String topic) {
        byte[] bytes = HexFormat.of().parseHex(topic);
        Buffer body = Buffer.buffer()
                .appendUnsignedShort(bytes.length)
                .appendBytes(bytes)
                .appendUnsignedShort(9);
        if (mqtt5) {
            body.appendByte((byte) 0);
        }
        body.appendString("payload");
        Buffer packet = Buffer.buffer().appendByte((byte) 0x32).appendByte((byte) body.length());
        broker.send(packet.appendBuffer(body).getBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "612f23", "2b"})
    void aTopicThatIsNone(String topic) {
        sendWithTopic(topic);
        assertDropped();
    }

    private void assertDropped() {
        broker.awaitPacket("PUBACK 9");
        log.await(
                "1 messages dropped whose packet breaks the standard: the topic name is empty, has a wildcard or U+0000");
        assertEquals(1, gateway.dropped("topic"));
        assertGoesOn();
        assertEquals(1, broker.subscribed().size(), "no reconnect");
    }

    /** U+0000 in it, half a surrogate pair. Of MQTT 3.1.1 the connection must end (1.5.3-1, 1.5.3-2). */
    @ParameterizedTest
    @ValueSource(strings = {"610061", "eda080"})
    void aTopicThatIsNoText(String topic) {
        sendWithTopic(topic);
        if (mqtt5) {
            assertDropped();
        } else {
            log.await("the broker sent a packet that breaks the standard: a PUBLISH with ");
            broker.awaitSubscribed(2);
            assertGoesOn();
        }
    }

    /** Each with what the standard forbids in it. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "0000", // packet type 0
                "36050001610001", // PUBLISH with QoS 3
                "3206000161000000", // PUBLISH with QoS 1 and id 0
                "3003000561", // PUBLISH whose topic is longer than it
                "3001", // PUBLISH that is cut short by the next packet
                "6000", // PUBREL without its id
                "62020000", // PUBREL with id 0
                "40020001", // PUBACK, which a session that publishes nothing cannot get
                "80060001000161", // SUBSCRIBE from a broker
                "20020000", // a second CONNACK
                "d0ffffffff01", // Remaining Length of five bytes
                "d0ffffff7f00", // PINGRESP of 256 MB
            })
    void aPacketThatBreaksTheStandard(String packet) {
        // The PINGRESP that comes next must not be taken for the rest of it.
        broker.send(HexFormat.of().parseHex(packet + "d000"));
        log.await("Connection to 127.0.0.1:" + broker.port() + " lost after");
        String line = log.containing("lost after").get(0);
        assertTrue(line.contains("the broker sent a packet that breaks the standard: "), line);
        broker.awaitSubscribed(2);
        assertGoesOn();
    }

    @Test
    void anEndInTheMiddleOfAPacketIsNoUncaughtException() {
        broker.send((byte) 0x32, (byte) 100, (byte) 0, (byte) 11);
        broker.cut();
        broker.awaitSubscribed(2);
        log.await("lost after");
        assertGoesOn();
    }

    @Test
    void whatCameBeforeABrokenPacketIsConsumed() {
        Buffer good = Buffer.buffer()
                .appendByte((byte) 0x30)
                .appendByte((byte) (mqtt5 ? 17 : 16))
                .appendUnsignedShort(11)
                .appendString("django/mqtt");
        if (mqtt5) {
            good.appendByte((byte) 0);
        }
        good.appendString("yes").appendByte((byte) 0x36).appendByte((byte) 0);
        broker.send(good.getBytes());
        gateway.await(1);
        Awaitility.await().until(() -> gateway.payloads().equals(List.of("yes")));
        broker.awaitSubscribed(2);
    }
}
