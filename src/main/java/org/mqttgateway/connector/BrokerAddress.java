package org.mqttgateway.connector;

import io.vertx.mqtt.MqttClientOptions;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Where and as whom one {@link BrokerConnection} connects.
 *
 * @param clientId the client identifier (MQTT 3.1.1 section 3.1.3.1)
 * @param durable whether the broker keeps the session between connections (clean session 0, section 3.1.2.4)
 * @param options everything that the Vert.x client is told
 */
record BrokerAddress(String host, int port, String clientId, boolean durable, MqttClientOptions options) {

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** Fixed header, topic and packet id of a PUBLISH, which the payload limit leaves out (section 3.3). */
    private static final int PACKET_OVERHEAD = 5 + 2 + 65_535 + 2;

    /** The connection to which the broker delivers: durable if a client id is set, else with a generated id and a clean session. */
    static BrokerAddress ofConsumer(GatewaySettings settings, BrokerTls tls, Optional<String> clientId) {
        return clientId.map(id -> of(settings, tls, id, true))
                .orElseGet(() -> of(settings, tls, generated("mqtt-gateway"), false));
    }

    /**
     * A connection that only publishes. Its session is clean and its id is its own: the gateway itself repeats what was not confirmed, and
     * state left at the broker could swallow a later QoS 2 message that happens to get the same packet id.
     */
    static BrokerAddress ofPublisher(GatewaySettings settings, BrokerTls tls) {
        return of(settings, tls, generated(settings.clientId().orElse("mqtt-gateway") + "-publish"), false);
    }

    /** The connection of one filter of the live feed. Its session is clean, so that closing it ends the subscription. */
    static BrokerAddress ofFeed(GatewaySettings settings, BrokerTls tls) {
        return of(settings, tls, generated(settings.clientId().orElse("mqtt-gateway") + "-feed"), false);
    }

    private static String generated(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static BrokerAddress of(GatewaySettings settings, BrokerTls tls, String clientId, boolean durable) {
        MqttClientOptions options = new MqttClientOptions();
        options.setClientId(clientId).setCleanSession(!durable);
        settings.user().ifPresent(user -> {
            options.setUsername(user);
            settings.password().ifPresent(options::setPassword);
        });
        options.setAutoAck(false);
        options.setMaxMessageSize((int) settings.maxMessageSize().asLongValue() + PACKET_OVERHEAD);
        // What is in flight is counted by the outbox, which waits where the client would fail.
        options.setMaxInflightQueue(Integer.MAX_VALUE);
        options.setKeepAliveInterval(settings.keepalive());
        options.setAutoKeepAlive(false);
        options.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        // The broker answers a PINGREQ in every interval; when it has been silent for one and a half the connection is
        // dead.
        options.setReadIdleTimeout(settings.keepalive() * 1500).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        tls.apply(options);
        return new BrokerAddress(settings.server(), settings.port(), clientId, durable, options);
    }

    int keepAliveSeconds() {
        return options.getKeepAliveInterval();
    }

    /** The limit on payloads, in bytes. */
    int maxMessageSize() {
        return options.getMaxMessageSize() - PACKET_OVERHEAD;
    }

    /** {@code host:port}; credentials are no part of it. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
