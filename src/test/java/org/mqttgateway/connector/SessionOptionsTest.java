package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.settings.TestSettings;

/** As whom the gateway connects: two sessions with one client id would push each other out. */
class SessionOptionsTest {

    private static SessionOptions options(String channel, String... settings) {
        return SessionOptions.ofChannel(TestSettings.of(1883, settings), BrokerTls.none(), channel, Optional.empty());
    }

    private static void assertGenerated(String prefix, ConnectOptions options) {
        assertTrue(options.clientId().matches(prefix + "-[0-9a-f]{8}"), options.clientId());
    }

    @Test
    void onlyTheConsumerHasTheClientIdAsItIsSet() {
        assertEquals("me", options("messages", "client-id", "me").ofConsumer().clientId());
        assertEquals(
                "me-webhook", options("webhook", "client-id", "me").ofConsumer().clientId());
        assertGenerated("me-publish", options("publish", "client-id", "me").ofProcess());
        assertGenerated("me-request", options("request", "client-id", "me").ofProcess());
    }

    @Test
    void withoutOneTheyAreGeneratedEachTime() {
        SessionOptions publish = options("publish");
        assertGenerated("mqtt-gateway-publish", publish.ofProcess());
        assertGenerated("mqtt-gateway", options("messages").ofConsumer());
        assertNotEquals(publish.ofProcess().clientId(), publish.ofProcess().clientId());
        assertGenerated("mqtt-gateway-feed", options("feed").ofConnection());
    }

    @Test
    void theAttributeOfAChannelIsItsClientId() {
        SessionOptions options = SessionOptions.ofChannel(
                TestSettings.of(1883, "client-id", "me"), BrokerTls.none(), "webhook", Optional.of("own"));
        assertEquals("own", options.ofConsumer().clientId());
        assertGenerated("own", options.ofProcess());
    }

    private static void assertKept(SessionLifetime lifetime, long seconds, ConnectOptions options) {
        assertEquals(lifetime, options.lifetime());
        assertEquals(seconds, options.sessionExpirySeconds());
    }

    @Test
    void howLongTheBrokerIsToKeepASession() {
        assertKept(
                SessionLifetime.DURABLE,
                90,
                options("messages", "client-id", "me", "session-expiry", "90s").ofConsumer());
        assertKept(SessionLifetime.CONNECTION, 0, options("messages").ofConsumer());
        assertKept(SessionLifetime.CONNECTION, 0, options("retained").ofConnection());
        assertKept(SessionLifetime.PROCESS, 60, options("publish").ofProcess());
        assertKept(SessionLifetime.PROCESS, 60, options("request").ofProcess());
    }

    @Test
    void theRestIsAsSet() {
        ConnectOptions options = options(
                        "publish", "keepalive", "7", "user", "u", "password", "p", "max-message-size", "5K")
                .ofProcess();
        assertEquals("127.0.0.1", options.host());
        assertEquals(1883, options.port());
        assertEquals(7, options.keepAliveSeconds());
        assertEquals("u", options.user());
        assertEquals("p", options.password());
        assertEquals(5 * 1024, options.maxPayload());
        assertTrue(options.transport().isTcpNoDelay());
        assertSame(Patience.DEFAULT, options.patience());
        assertNull(options("publish").ofProcess().user());
    }

    @Test
    void theTransportIsTcpOrWebSocket() {
        assertNull(options("publish").ofProcess().webSocketPath());
        assertEquals(
                "/mqtt",
                options("publish", "transport", "websocket").ofProcess().webSocketPath());
        assertEquals(
                "ws://127.0.0.1:1883/mqtt",
                options("publish", "transport", "websocket").ofProcess().toString());
    }

    @Test
    void whichVersionsAreTried() {
        List<MqttVersion> both = List.of(MqttVersion.MQTT_5, MqttVersion.MQTT_3_1_1);
        assertEquals(both, options("publish").ofProcess().versions());
        assertEquals(
                List.of(MqttVersion.MQTT_5),
                options("publish", "version", "5").ofProcess().versions());
        assertEquals(
                List.of(MqttVersion.MQTT_3_1_1),
                options("publish", "version", "3.1.1").ofProcess().versions());
    }
}
