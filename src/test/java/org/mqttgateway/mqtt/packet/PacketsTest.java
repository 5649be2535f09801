package org.mqttgateway.mqtt.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.net.NetClientOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.base.Weight;
import org.mqttgateway.mqtt.send.OutgoingPublish;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.session.Offer;
import org.mqttgateway.testing.EmbeddedNetwork;

/** The fields of CONNECT and PUBLISH, and what is read from the answers. */
class PacketsTest {

    private static ConnectOptions options(
            String host, String path, boolean tls, String user, String password, int max) {
        return new ConnectOptions(
                new Broker(HostNames.ofSystem()),
                host,
                1883,
                new NetClientOptions().setSsl(tls),
                path,
                List.of(MQTT_5),
                "gateway",
                SessionLifetime.DURABLE,
                3_000_000_000L,
                30,
                user,
                password,
                max,
                Patience.DEFAULT);
    }

    private static MqttConnectMessage connect(String user, String password) {
        return Packets.connect(options("broker", null, false, user, password, 1), MQTT_5, true, true);
    }

    private static Integer property(MqttConnectMessage connect, MqttPropertyType type) {
        return connect.variableHeader().properties().getProperty(type.value())
                        instanceof MqttProperties.IntegerProperty number
                ? number.value()
                : null;
    }

    @Test
    void connectNamesTheClientAndItsKeepAlive() {
        MqttConnectMessage connect = connect(null, null);
        assertEquals("gateway", connect.payload().clientIdentifier());
        assertEquals(30, connect.variableHeader().keepAliveTimeSeconds());
        assertTrue(connect.variableHeader().isCleanSession());
        assertFalse(connect.variableHeader().hasUserName());
        assertFalse(connect.variableHeader().hasPassword());
    }

    @Test
    void credentialsAreOptional() {
        MqttConnectMessage both = connect("me", "größe");
        assertTrue(both.variableHeader().hasUserName());
        assertTrue(both.variableHeader().hasPassword());
        assertEquals("me", both.payload().userName());
        assertArrayEquals(
                "größe".getBytes(StandardCharsets.UTF_8), both.payload().passwordInBytes());
        MqttConnectMessage userOnly = connect("me", null);
        assertTrue(userOnly.variableHeader().hasUserName());
        assertFalse(userOnly.variableHeader().hasPassword());
    }

    @Test
    void limitsOfTheSessionAreForMqtt5() {
        MqttConnectMessage connect = connect(null, null);
        // The largest fixed header, topic and properties besides one byte of payload.
        assertEquals((int) Packets.maximumPacketSize(1), property(connect, MqttPropertyType.MAXIMUM_PACKET_SIZE));
        assertEquals((int) 3_000_000_000L, property(connect, MqttPropertyType.SESSION_EXPIRY_INTERVAL));
        MqttConnectMessage old = Packets.connect(options("broker", null, false, null, null, 1), MQTT_3, true, true);
        assertNull(property(old, MqttPropertyType.MAXIMUM_PACKET_SIZE));
        assertNull(property(old, MqttPropertyType.SESSION_EXPIRY_INTERVAL));
    }

    @Test
    void theMaximumPacketSizeStaysANumberOfTheStandard() {
        MqttConnectMessage connect =
                Packets.connect(options("broker", null, false, null, null, Integer.MAX_VALUE), MQTT_5, true, true);
        assertEquals(Integer.MAX_VALUE, property(connect, MqttPropertyType.MAXIMUM_PACKET_SIZE));
    }

    @Test
    void aSessionOfAConnectionHasNoExpiry() {
        ConnectOptions options = EmbeddedNetwork.options(SessionLifetime.CONNECTION, MQTT_5);
        assertNull(property(Packets.connect(options, MQTT_5, true, true), MqttPropertyType.SESSION_EXPIRY_INTERVAL));
    }

    @Test
    void publishCarriesTheMessage() {
        MqttProperties properties = new MqttProperties();
        OutgoingPublish message = publish(properties, true);
        MqttPublishMessage packet = Packets.publish(message, 7, true);
        assertEquals("topic", packet.variableHeader().topicName());
        assertEquals(7, packet.variableHeader().packetId());
        assertEquals(properties, packet.variableHeader().properties());
        assertEquals("23", packet.payload().toString(StandardCharsets.UTF_8));
        assertTrue(packet.fixedHeader().isRetain());
        assertTrue(packet.fixedHeader().isDup());
        packet.release();
        MqttPublishMessage other = Packets.publish(publish(properties, false), 0, false);
        assertFalse(other.fixedHeader().isRetain());
        assertFalse(other.fixedHeader().isDup());
        other.release();
    }

    @Test
    void aMessageKnowsItsAgeAndWhatItTakes() {
        OutgoingPublish message = publish(MqttProperties.NO_PROPERTIES, false);
        assertEquals(Weight.of("topic", message.payload(), MqttProperties.NO_PROPERTIES, 11), message.weight());
        assertEquals(11, message.propertiesSize());
        long age = message.age();
        assertTrue(age > 0 && age < 10_000_000_000L, age + " ns");
    }

    private static OutgoingPublish publish(MqttProperties properties, boolean retain) {
        byte[] payload = ByteBufUtil.decodeHexDump("3233");
        return new OutgoingPublish("topic", payload, MqttQoS.AT_LEAST_ONCE, retain, properties, 11, false, 1) {
            @Override
            protected void confirmed(int reasonCode) {
                throw new AssertionError("nothing is sent here");
            }

            @Override
            public void failed(PublishFailure failure) {
                throw failure;
            }
        };
    }

    @Test
    void theReasonOfAnAnswer() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.REASON_STRING.value(), "no"));
        MqttMessage refused = new MqttMessage(
                new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttPubReplyMessageVariableHeader(7, (byte) 0x87, properties));
        assertEquals(7, Packets.packetId(refused));
        assertEquals(0x87, Packets.reasonCode(refused));
        assertEquals("no", Packets.reasonString(refused));
        assertNull(Packets.reasonString(Packets.puback(7)));
        assertNull(Packets.reasonString(Packets.pingreq()));
        assertEquals(0, Packets.reasonCode(Packets.pingreq()));
    }

    @Test
    void aBrokerIsNamedByItsAddress() {
        assertEquals(
                "broker:1883", options("broker", null, true, "me", "secret", 1).toString());
        assertEquals(
                "ws://broker:1883/mqtt",
                options("broker", "/mqtt", false, null, null, 1).toString());
        assertEquals(
                "wss://[::1]:1883/mqtt",
                options("::1", "/mqtt", true, null, null, 1).toString());
    }

    @Test
    void aVersionHasAName() {
        assertEquals("MQTT 5", Offer.name(MqttVersion.MQTT_5));
        assertEquals("MQTT 3.1.1", Offer.name(MqttVersion.MQTT_3_1_1));
    }

    /** What the broker is told: a header with the longest topic and properties, and the largest payload. */
    @Test
    void theLargestPacketHasRoomForAllThatStandsBeforeThePayload() {
        assertEquals(5 + 2 + 65_535 + 2 + 65_535 + 1_000, Packets.maximumPacketSize(1_000));
        assertEquals(131_079L + Integer.MAX_VALUE, Packets.maximumPacketSize(Integer.MAX_VALUE));
    }
}
