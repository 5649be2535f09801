package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;
import org.mqttgateway.testing.WirePacket;

/** What a session sends to be connected and to stay so, byte by byte (sections 3.1, 3.2 and 4.1). */
@BothVersions
class ConformanceConnectTest {

    private static final int CONNECT = 1;
    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final int CLEAN = 0x02;
    private static final int USER = 0x80;
    private static final int PASSWORD = 0x40;

    private final MqttVersion version;
    private final boolean mqtt5;

    ConformanceConnectTest(MqttVersion version) {
        this.version = version;
        mqtt5 = version == MqttVersion.MQTT_5;
    }

    private ConnectOptions options(String clientId, String user, String password) {
        return new ConnectOptions(
                EmbeddedNetwork.broker(),
                "broker",
                1883,
                new NetClientOptions(),
                null,
                List.of(version),
                clientId,
                SessionLifetime.PROCESS,
                60,
                KEEP_ALIVE_SECONDS,
                user,
                password,
                EmbeddedNetwork.MAX_PAYLOAD,
                Patience.DEFAULT);
    }

    /** The CONNECT of a session, read up to its payload. Nothing else was sent. */
    private WirePacket connect(ConnectOptions options, int flags) {
        try (SessionHarness gateway = new SessionHarness(options)) {
            List<WirePacket> sent = gateway.network.answer().wire();
            assertEquals(1, sent.size(), sent.toString());
            WirePacket connect = sent.get(0);
            assertEquals(CONNECT, connect.type());
            assertEquals(0, connect.flags());
            assertEquals("MQTT", connect.string());
            assertEquals(mqtt5 ? 5 : 4, connect.oneByte());
            assertEquals(flags, connect.oneByte(), "neither the reserved flag nor one of a Will");
            assertEquals(KEEP_ALIVE_SECONDS, connect.twoBytes());
            if (mqtt5) {
                List<String> identifiers = connect.properties().stream()
                        .map(property -> property.substring(0, 2))
                        .sorted()
                        .toList();
                // Neither an Authentication Method nor a Topic Alias Maximum.
                assertEquals(List.of("11", "27"), identifiers);
            }
            return connect;
        }
    }

    @Test
    void connectIsInTheFormOfTheStandard() {
        WirePacket connect = connect(options("gateway", null, null), CLEAN);
        assertEquals("gateway", connect.string());
        connect.end();
    }

    @Test
    void credentialsFollowTheClientIdentifierAndAreThereWithTheirFlags() {
        WirePacket user = connect(options("gäteway", "größe", null), CLEAN | USER);
        assertEquals("gäteway", user.string());
        assertEquals("größe", user.string());
        user.end();
        WirePacket both = connect(options("gäteway", "größe", "€"), CLEAN | USER | PASSWORD);
        assertEquals("gäteway", both.string());
        assertEquals("größe", both.string());
        assertEquals("e282ac", both.binary());
        both.end();
    }

    @Test
    void halfASurrogatePairLeavesAsACharacter() {
        WirePacket connect = connect(options("a\ud800b", "\udc00", null), CLEAN | USER);
        assertEquals("a?b", connect.string());
        assertEquals("?", connect.string());
        connect.end();
    }

    @Test
    void connectIsTheFirstPacketAndComesOnce() {
        try (PublishingHarness gateway = new PublishingHarness(version)) {
            gateway.offer(MqttQoS.AT_MOST_ONCE);
            gateway.offer(MqttQoS.AT_LEAST_ONCE);
            EmbeddedSocket broker = gateway.network.answer();
            assertEquals(List.of(CONNECT), types(broker));
            broker.accept(false);
            gateway.network.run();
            List<Integer> types = new ArrayList<>(types(broker));
            for (int i = 0; i < 10; i++) {
                gateway.offer(MqttQoS.EXACTLY_ONCE);
                broker.receive(0xd0, 0);
                gateway.network.pass(10_000);
                types.addAll(types(broker));
            }
            assertTrue(types.size() > 10, types.toString());
            assertTrue(!types.contains(CONNECT), types.toString());
        }
    }

    private static List<Integer> types(EmbeddedSocket broker) {
        return broker.wire().stream().map(WirePacket::type).toList();
    }

    @Test
    void eachConnectionOfASessionHasItsClientIdentifier() {
        try (SessionHarness gateway = new SessionHarness(options("gateway", null, null))) {
            for (int i = 0; i < 3; i++) {
                EmbeddedSocket broker = gateway.network.accept(i > 0);
                assertEquals("gateway", broker.connect().payload().clientIdentifier());
                broker.hangUp();
                gateway.network.pass(30_000);
            }
        }
    }

    /** The broker answers each PINGREQ and sends nothing else. */
    @ParameterizedTest
    @CsvSource({"-1, 60", "5, 5", "90, 90"})
    void theKeepAliveNeverPassesWithoutAPacket(int ofTheServer, int seconds) {
        try (SessionHarness gateway = new SessionHarness(options("gateway", null, null))) {
            EmbeddedSocket broker = gateway.network.answer();
            boolean demanded = mqtt5 && ofTheServer >= 0;
            if (demanded) {
                broker.accept(false, new IntegerProperty(MqttPropertyType.SERVER_KEEP_ALIVE.value(), ofTheServer));
            } else {
                broker.accept(false);
            }
            broker.wire();
            int packets = 0;
            int silence = 0;
            int longest = 0;
            for (int second = 0; second < 600; second++) {
                gateway.network.pass(1_000);
                silence++;
                longest = Math.max(longest, silence);
                for (WirePacket packet : broker.wire()) {
                    assertEquals("c000", packet.toString());
                    broker.receive(0xd0, 0);
                    packets++;
                    silence = 0;
                }
            }
            int most = demanded ? seconds : KEEP_ALIVE_SECONDS;
            assertTrue(longest <= most, longest + " s without a packet");
            // Were it the other one, there would be more of them, or fewer.
            assertTrue(packets >= 600 / most && packets <= 1_500 / most, packets + " packets");
            assertEquals(0, gateway.connectionsLost);
        }
    }
}
