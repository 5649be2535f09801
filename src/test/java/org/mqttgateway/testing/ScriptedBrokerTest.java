package org.mqttgateway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The broker of the tests, and the network in front of it, byte by byte. */
class ScriptedBrokerTest {

    private static final String CONNACK_5 = "2003000000";
    private static final String CONNACK_3 = "20020000";

    private final ScriptedBroker broker = new ScriptedBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void refusesAVersionInEachOfTheWaysThatBrokersHave() throws IOException {
        try (ScriptedBroker old = new ScriptedBroker(MqttVersion.MQTT_3_1_1)) {
            assertRefused(old, "20020001");
            old.refuseVersion(VersionRefusal.REASON_CODE_84);
            assertRefused(old, "2003008400");
            old.refuseVersion(VersionRefusal.CLOSE);
            assertRefused(old, "");
            try (Client client = new Client(old.port(), MqttVersion.MQTT_3_1_1)) {
                client.expect(CONNACK_3);
                assertEquals(4, old.attempts().size());
                assertEquals(1, old.connections().size());
            }
        }
    }

    @Test
    void saysWhatItTakes() throws IOException {
        broker.connack(MqttPropertyType.RECEIVE_MAXIMUM, 2);
        broker.keepSession();
        try (Client client = new Client(broker.port(), MqttVersion.MQTT_5)) {
            client.expect("2006010003210002");
        }
    }

    @Test
    void answersEachPublishByTheNewestRuleForIt() throws IOException {
        broker.confirmOnly(publish -> !publish.text().equals("withheld"));
        broker.refuse(publish -> publish.topic().startsWith("no/"), 0x87, "no");
        broker.disconnectOn(publish -> publish.text().equals("end"), 0x97, null);
        try (Client client = new Client(broker.port(), MqttVersion.MQTT_5)) {
            client.expect(CONNACK_5);
            client.publish("ok", "withheld", MqttQoS.AT_LEAST_ONCE, 1);
            client.publish("no/a", "m", MqttQoS.AT_LEAST_ONCE, 2);
            client.expect("4009000287051f00026e6f");
            client.publish("no/a", "m", MqttQoS.EXACTLY_ONCE, 3);
            client.expect("5009000387051f00026e6f");
            client.publish("ok", "m", MqttQoS.EXACTLY_ONCE, 4);
            client.expect("50020004");
            client.reply(MqttMessageType.PUBREL, 4, 0);
            client.expect("70020004");
            broker.confirm(broker.published().get(0));
            client.expect("40020001");
            client.publish("no/a", "end", MqttQoS.AT_MOST_ONCE, 0);
            client.expect("e0029700");
            client.expectEnd();
            assertEquals(
                    List.of("PUBLISH 1", "PUBLISH 2", "PUBLISH 3", "PUBLISH 4", "PUBREL 4", "PUBLISH"),
                    broker.attempts().get(0).packetTexts());
        }
    }

    @Test
    void deliversAndKeepsWhatIsAcknowledgedInItsOrder() throws IOException {
        try (Client client = new Client(broker.port(), MqttVersion.MQTT_5)) {
            client.expect(CONNACK_5);
            assertEquals(1, broker.deliver("t", "a", MqttQoS.EXACTLY_ONCE));
            client.expect("340700017400010061");
            assertEquals(2, broker.deliver("t", "b", MqttQoS.AT_LEAST_ONCE));
            client.expect("320700017400020062");
            client.reply(MqttMessageType.PUBACK, 2, 0x10);
            client.reply(MqttMessageType.PUBREC, 1, 0);
            client.expect("62020001");
            client.reply(MqttMessageType.PUBCOMP, 1, 0);
            broker.awaitPacket("PUBCOMP 1");
            assertEquals(
                    List.of("PUBACK 2 0x10", "PUBREC 1", "PUBCOMP 1"),
                    broker.acknowledgements().stream().map(Packet::text).toList());
            assertEquals(List.of(2, 1), broker.acknowledged());
            broker.release(77);
            client.expect("6202004d");
            broker.send((byte) 0x30, (byte) 0x00);
            client.expect("3000");
        }
    }

    @Test
    void grantsAndRefusesSubscriptions() throws IOException {
        try (Client client = new Client(broker.port(), MqttVersion.MQTT_5);
                Client old = new Client(broker.port(), MqttVersion.MQTT_3_1_1)) {
            client.expect(CONNACK_5);
            old.expect(CONNACK_3);
            client.subscribe("a/#", 1);
            client.expect("900400010001");
            broker.refuseSubscriptions(0x87);
            client.subscribe("b", 2);
            client.expect("900400020087");
            old.subscribe("c", 3);
            old.expect("9003000380");
            assertEquals(List.of("a/#", "b", "c"), broker.subscribed());
            broker.withholdSuback();
            client.subscribe("d", 4);
            client.send(MqttMessage.PINGREQ);
            client.expect("d000");
            broker.ignorePings();
            client.send(MqttMessage.PINGREQ);
            broker.awaitPackets("PINGREQ", 2);
        }
    }

    @Test
    void readsNothingWhileFrozen() throws IOException {
        try (Client client = new Client(broker.port(), MqttVersion.MQTT_5)) {
            client.expect(CONNACK_5);
            broker.freeze();
            client.publish("t", "m", MqttQoS.AT_LEAST_ONCE, 1);
            try (Client other = new Client(broker.port(), MqttVersion.MQTT_5)) {
                assertEquals(1, broker.attempts().size());
                assertEquals(List.of(), broker.published());
                broker.thaw();
                client.expect("40020001");
                other.expect(CONNACK_5);
            }
        }
    }

    @Test
    void endsConnectionsWithAndWithoutAReset() throws IOException {
        try (Client cut = new Client(broker.port(), MqttVersion.MQTT_5)) {
            cut.expect(CONNACK_5);
            broker.cut();
            cut.expectEnd();
        }
        try (Client reset = new Client(broker.port(), MqttVersion.MQTT_5)) {
            reset.expect(CONNACK_5);
            broker.reset();
            assertReset(reset::expectEnd);
        }
    }

    @Test
    void aForgottenConnectionIsSilentAndANewOneIsServed() throws IOException {
        try (TcpRelay relay = new TcpRelay(broker.port());
                Client forgotten = new Client(relay.port(), MqttVersion.MQTT_5)) {
            forgotten.expect(CONNACK_5);
            relay.blackHole();
            forgotten.publish("t", "lost", MqttQoS.AT_LEAST_ONCE, 1);
            try (Client other = new Client(relay.port(), MqttVersion.MQTT_5)) {
                other.expect(CONNACK_5);
                other.publish("t", "m", MqttQoS.AT_LEAST_ONCE, 1);
                other.expect("40020001");
                assertEquals(List.of("m"), broker.payloads());
                assertEquals(0, forgotten.available());
                relay.reset();
                assertReset(other::expectEnd);
                assertReset(forgotten::expectEnd);
                Awaitility.await().until(() -> broker.connections().isEmpty());
            }
        }
    }

    @Test
    void aDelayHoldsForBothWaysAndKeepsTheOrder() throws IOException {
        try (TcpRelay relay = new TcpRelay(broker.port());
                Client client = new Client(relay.port(), MqttVersion.MQTT_5)) {
            client.expect(CONNACK_5);
            relay.delay(100);
            long start = System.nanoTime();
            client.publish("t", "slow", MqttQoS.AT_LEAST_ONCE, 1);
            client.expect("40020001");
            assertTrue(System.nanoTime() - start >= 200_000_000, "100 ms each way");
            client.publish("t", "first", MqttQoS.AT_LEAST_ONCE, 2);
            Awaitility.await().until(() -> relay.connections() == 1);
            relay.delay(0);
            client.publish("t", "second", MqttQoS.AT_LEAST_ONCE, 3);
            client.expect("4002000240020003");
            assertEquals(List.of("slow", "first", "second"), broker.payloads());
        }
    }

    private static void assertRefused(ScriptedBroker broker, String connack) throws IOException {
        try (Client client = new Client(broker.port(), MqttVersion.MQTT_5)) {
            client.expect(connack);
            client.expectEnd();
        }
        assertEquals(List.of(), broker.connections());
    }

    private static void assertReset(Executable read) {
        SocketException end = assertThrows(SocketException.class, read);
        assertTrue(end.getMessage().contains("reset"), end.getMessage());
    }

    /** A client that sends what Netty encodes, and looks at bytes. */
    private static final class Client implements AutoCloseable {

        private final EmbeddedChannel encoder = new EmbeddedChannel(MqttEncoder.INSTANCE);
        private final Socket socket;

        Client(int port, MqttVersion version) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(10_000);
            send(MqttMessageBuilders.connect()
                    .protocolVersion(version)
                    .clientId("client")
                    .cleanSession(false)
                    .build());
        }

        void send(MqttMessage message) throws IOException {
            encoder.writeOutbound(message);
            ByteBuf bytes = encoder.readOutbound();
            socket.getOutputStream().write(ByteBufUtil.getBytes(bytes));
            bytes.release();
        }

        void publish(String topic, String payload, MqttQoS qos, int packetId) throws IOException {
            send(MqttMessageBuilders.publish()
                    .topicName(topic)
                    .payload(Unpooled.copiedBuffer(payload.getBytes()))
                    .qos(qos)
                    .messageId(packetId)
                    .build());
        }

        void subscribe(String filter, int packetId) throws IOException {
            send(MqttMessageBuilders.subscribe()
                    .addSubscription(MqttQoS.AT_LEAST_ONCE, filter)
                    .messageId(packetId)
                    .build());
        }

        void reply(MqttMessageType type, int packetId, int reasonCode) throws IOException {
            MqttQoS flags = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
            send(new MqttMessage(
                    new MqttFixedHeader(type, false, flags, false, 0),
                    new MqttPubReplyMessageVariableHeader(packetId, (byte) reasonCode, MqttProperties.NO_PROPERTIES)));
        }

        void expect(String hex) throws IOException {
            byte[] bytes = socket.getInputStream().readNBytes(hex.length() / 2);
            assertEquals(hex, HexFormat.of().formatHex(bytes));
        }

        void expectEnd() throws IOException {
            assertEquals(-1, socket.getInputStream().read());
        }

        int available() throws IOException {
            return socket.getInputStream().available();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
