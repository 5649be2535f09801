package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.net.NetClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.settings.GatewaySettings;

/** Makes the options of sessions from the settings and from the attribute {@code client-id} of a channel. */
final class SessionOptions {

    private static final String NAME = "mqtt-gateway";

    /** The channel whose client id is {@code mqtt.client-id} itself. Other channels append their name to it. */
    private static final String CONSUMER = "messages";

    /** Session expiry of a session that belongs to this process. When the process has ended, nobody can use the session any more. */
    private static final long PROCESS_EXPIRY_SECONDS = 60;

    private final GatewaySettings settings;
    private final BrokerTls tls;
    private final Optional<String> clientId;
    private final String generatedPrefix;
    private final Patience patience;

    private SessionOptions(
            GatewaySettings settings, BrokerTls tls, String name, Optional<String> ownClientId, Patience patience) {
        this.settings = settings;
        this.tls = tls;
        this.patience = patience;
        // The broker lets only one session use a client id, so only one channel gets the id exactly as it is set.
        String suffix = name.equals(CONSUMER) ? "" : "-" + name;
        this.clientId = ownClientId.or(() -> settings.clientId().map(id -> id + suffix));
        this.generatedPrefix = clientId.orElse(NAME + suffix);
    }

    /**
     * @param channel name of the channel, or of what uses the session if that is no channel
     * @param ownClientId its attribute {@code client-id}
     */
    static SessionOptions ofChannel(
            GatewaySettings settings, BrokerTls tls, String channel, Optional<String> ownClientId) {
        return ofChannel(settings, tls, channel, ownClientId, Patience.DEFAULT);
    }

    /** The same as {@link #ofChannel(GatewaySettings, BrokerTls, String, Optional)}, with another {@link Patience}. */
    static SessionOptions ofChannel(
            GatewaySettings settings, BrokerTls tls, String channel, Optional<String> ownClientId, Patience patience) {
        return new SessionOptions(settings, tls, channel, ownClientId, patience);
    }

    /**
     * A session that receives for an incoming channel. It is durable if a client id is set; otherwise the id is generated and the session
     * ends with its connection.
     */
    ConnectOptions ofConsumer() {
        return clientId.map(id ->
                        of(id, SessionLifetime.DURABLE, settings.sessionExpiry().toSeconds()))
                .orElseGet(this::ofConnection);
    }

    /**
     * A session of this process, with a generated client id. With MQTT 5 the broker keeps it over reconnects, so that the delivery of a QoS
     * 2 message can go on without a second delivery.
     */
    ConnectOptions ofProcess() {
        return of(generated(), SessionLifetime.PROCESS, PROCESS_EXPIRY_SECONDS);
    }

    /** A session that the broker forgets when its connection is closed, together with its subscriptions. */
    ConnectOptions ofConnection() {
        return of(generated(), SessionLifetime.CONNECTION, 0);
    }

    private String generated() {
        return generatedPrefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private ConnectOptions of(String id, SessionLifetime lifetime, long expirySeconds) {
        NetClientOptions transport = new NetClientOptions().setTcpNoDelay(true);
        tls.apply(transport);
        return new ConnectOptions(
                tls.broker(),
                settings.server(),
                settings.port(),
                transport,
                settings.transport().equals("websocket") ? settings.websocketPath() : null,
                versions(),
                id,
                lifetime,
                expirySeconds,
                settings.keepalive(),
                settings.user().orElse(null),
                settings.password().orElse(null),
                (int) settings.maxMessageSize().asLongValue(),
                patience);
    }

    private List<MqttVersion> versions() {
        return switch (settings.version()) {
            case "5" -> List.of(MqttVersion.MQTT_5);
            case "3.1.1" -> List.of(MqttVersion.MQTT_3_1_1);
            default -> List.of(MqttVersion.MQTT_5, MqttVersion.MQTT_3_1_1);
        };
    }
}
