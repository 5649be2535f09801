package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.ScriptedConnection;

/** With a client id the session is durable, on MQTT 5 for mqtt.session-expiry; without one it ends with the connection. */
@BothVersions
class SessionExpiryTest {

    private final boolean mqtt5;
    private final ScriptedBroker broker;

    SessionExpiryTest(MqttVersion version) {
        mqtt5 = version == MqttVersion.MQTT_5;
        broker = new ScriptedBroker(version);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private ScriptedConnection connection(String... settings) {
        try (IncomingHarness gateway = new IncomingHarness(broker.port(), Message::ack, settings)) {
            broker.awaitSubscribed(1);
            assertEquals(1, broker.connections().size());
            assertEquals(0, gateway.messages().size());
            return broker.newest();
        }
    }

    private static Integer expiry(ScriptedConnection connection) {
        var property = connection
                .connect()
                .variableHeader()
                .properties()
                .getProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value());
        return property == null ? null : ((IntegerProperty) property).value();
    }

    @Test
    void aDayWithAClientId() {
        ScriptedConnection connection = connection("client-id", "durable");
        assertFalse(connection.isCleanSession());
        assertEquals("durable", connection.clientIdentifier());
        assertEquals(mqtt5 ? Integer.valueOf(24 * 60 * 60) : null, expiry(connection));
    }

    @Test
    void asSet() {
        assertEquals(
                mqtt5 ? Integer.valueOf(90) : null,
                expiry(connection("client-id", "durable", "session-expiry", "90s")));
    }

    @Test
    void noneWithoutAClientId() {
        ScriptedConnection connection = connection();
        assertTrue(connection.isCleanSession());
        assertTrue(connection.clientIdentifier().startsWith("mqtt-gateway-"), connection.clientIdentifier());
        assertNull(expiry(connection));
    }

    @Test
    void generatedIdsDiffer() {
        GatewaySettings settings = TestSettings.of(broker.port());
        assertNotEquals(
                of(settings, "messages", null).clientId(),
                of(settings, "messages", null).clientId());
    }

    @Test
    void twoChannelsHaveTwoIdentifiers() {
        GatewaySettings settings = TestSettings.of(broker.port(), "client-id", "durable");
        assertEquals("durable", of(settings, "messages", null).clientId());
        assertEquals("durable-alarms", of(settings, "alarms", null).clientId());
        assertEquals("mine", of(settings, "alarms", "mine").clientId());
    }

    private static ConnectOptions of(GatewaySettings settings, String channel, String clientId) {
        return SessionOptions.ofChannel(settings, BrokerTls.none(), channel, Optional.ofNullable(clientId))
                .ofConsumer();
    }
}
