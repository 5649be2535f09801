package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mqttgateway.mqtt.PublishingHarness.PUBACK;
import static org.mqttgateway.mqtt.PublishingHarness.PUBCOMP;
import static org.mqttgateway.mqtt.PublishingHarness.PUBREC;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.WirePacket;

/** PUBLISH and the packets of its flows, byte by byte (sections 3.3 to 3.7 and 4.3). */
@BothVersions
class ConformancePublishTest extends PublishOnTheWire {

    private final boolean mqtt5;

    ConformancePublishTest(MqttVersion version) {
        super(version);
        mqtt5 = version == MqttVersion.MQTT_5;
    }

    @Test
    void qos0HasNeitherIdentifierNorDup() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_0);
        assertEquals(List.of(publish(0x30, "")), hex(broker));
    }

    /** The socket has not taken it when the connection is lost. */
    @Test
    void qos0HasNoDupThoughItWasWrittenBefore() {
        EmbeddedSocket broker = connected(false);
        broker.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                // The socket takes nothing.
            }
        });
        offer(QOS_0);
        lose(broker);
        assertEquals(List.of(publish(0x30, "")), hex(connected(false)));
        assertEquals(List.of("confirmed"), ends);
    }

    @Test
    void qos1EndsWithPuback() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_1);
        assertEquals(List.of(publish(0x32, "0001")), hex(broker));
        network.pass(1_000);
        assertEquals(List.of(), ends);
        answer(broker, PUBACK, 1);
        assertEquals(List.of("confirmed"), ends);
        assertEquals(List.of(), hex(broker));
    }

    @Test
    void qos2EndsWithPubcompAndPubrelHasTheIdentifier() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_1);
        offer(QOS_2);
        assertEquals(List.of(publish(0x32, "0001"), publish(0x34, "0002")), hex(broker));
        answer(broker, PUBREC, 2);
        assertEquals(List.of("62020002"), hex(broker));
        assertEquals(List.of(), ends);
        answer(broker, PUBCOMP, 2);
        assertEquals(List.of("confirmed"), ends);
        assertEquals(List.of(), hex(broker));
    }

    @Test
    void retainIsAFlagOfItsOwn() {
        EmbeddedSocket broker = connected(false);
        offer("t", new byte[] {0x5a}, QOS_0, true, MqttProperties.NO_PROPERTIES);
        assertEquals(List.of(publish(0x31, "")), hex(broker));
    }

    /** Each of them is the last one that fits into so many bytes, or the first that does not. */
    @ParameterizedTest
    @ValueSource(ints = {127, 128, 16_383, 16_384, 2_097_151, 2_097_152})
    void aRemainingLengthTakesAsFewBytesAsItCan(int length) {
        EmbeddedSocket broker = connected(false);
        // Besides the payload there are the topic and, in MQTT 5, the length of the properties.
        int payload = length - 3 - noProperties.length() / 2;
        offer("t", new byte[payload], QOS_0, false, MqttProperties.NO_PROPERTIES);
        WirePacket publish = broker.wire().get(0);
        assertEquals("t", publish.string());
        if (mqtt5) {
            assertEquals(List.of(), publish.properties());
        }
        assertEquals(payload, publish.left());
    }

    /** No caller can give such a topic. */
    @Test
    void halfASurrogatePairLeavesAsACharacter() {
        EmbeddedSocket broker = connected(false);
        offer("a\ud800", new byte[0], QOS_0, false, MqttProperties.NO_PROPERTIES);
        assertEquals("a?", broker.wire().get(0).string());
    }

    @Test
    void aByteOrderMarkIsACharacter() {
        EmbeddedSocket broker = connected(false);
        offer("\ufefft", new byte[0], QOS_0, false, MqttProperties.NO_PROPERTIES);
        assertEquals("\ufefft", broker.wire().get(0).string());
    }

    @Test
    void whatIsSentAgainHasDup() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_1);
        lose(broker);
        WirePacket again = connected(mqtt5).wire().get(0);
        assertEquals(3, again.type());
        assertEquals(0xa, again.flags());
    }

    @Test
    void pubrelsLeaveInTheOrderOfThePubrecs() {
        EmbeddedSocket broker = connected(false);
        for (int i = 0; i < 3; i++) {
            offer(QOS_2);
        }
        hex(broker);
        broker.receive(PUBREC, 2, 0, 3, PUBREC, 2, 0, 1, PUBREC, 2, 0, 2);
        assertEquals(List.of("62020003", "62020001", "62020002"), hex(broker));
    }

    /** The broker answers PINGREQ only: what is unanswered stays so, is not sent again, and its identifier is nobody else's. */
    @Test
    void theStateStaysAsLongAsTheConnection() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_2);
        answer(broker, PUBREC, 1);
        offer(QOS_1);
        hex(broker);
        for (int minute = 0; minute < 120; minute++) {
            broker.receive(0xd0, 0);
            network.pass(60_000);
        }
        assertEquals(List.of("c000"), hex(broker).stream().distinct().toList());
        offer(QOS_1);
        assertEquals(List.of(publish(0x32, "0003")), hex(broker));
        answer(broker, PUBACK, 2);
        answer(broker, PUBCOMP, 1);
        assertEquals(List.of("confirmed", "confirmed"), ends);
    }

    /** With MQTT 3.1.1 each connection has a session of its own, so it is another message there. */
    @Test
    void whatIsSentAgainKeepsItsOrder() {
        EmbeddedSocket broker = connected(false);
        for (int i = 1; i <= 5; i++) {
            offer("t" + i, new byte[0], mqtt5 && i % 2 == 0 ? QOS_2 : QOS_1, false, MqttProperties.NO_PROPERTIES);
        }
        answer(broker, PUBACK, 3);
        lose(broker);
        offer("t6", new byte[0], QOS_1, false, MqttProperties.NO_PROPERTIES);
        assertEquals(
                List.of("t1", "t2", "t4", "t5", "t6"),
                connected(mqtt5).wire().stream().map(WirePacket::string).toList());
    }

    /** The broker has lost it, or with MQTT 3.1.1 the gateway has asked for another one. */
    @Test
    void aNewSessionKnowsNothingOfTheOneBefore() {
        EmbeddedSocket broker = connected(false);
        offer(QOS_2);
        answer(broker, PUBREC, 1);
        offer(QOS_2);
        lose(broker);
        assertEquals(List.of(), hex(connected(false)));
        String unknown =
                "the connection was lost before the broker confirmed the QoS 2 message, which is never sent twice";
        assertEquals(List.of(unknown, unknown), ends);
    }
}
