package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.net.NetClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mqttgateway.mqtt.ConnectOptions;
import org.mqttgateway.mqtt.Patience;
import org.mqttgateway.mqtt.SessionLifetime;
import org.mqttgateway.settings.GatewaySettings;

/** As whom the gateway connects for what, by the settings and by the attribute {@code client-id} of a channel. */
final class SessionOptions {

    private static final String NAME = "mqtt-gateway";

    /** The channel whose client id is the setting itself; others have it with their name. */
    private static final String CONSUMER = "messages";

    /** A publishing session that the gateway has left is of no use to anybody after this. */
    private static final long PUBLISHER_EXPIRY_SECONDS = 60;

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
        // Two sessions with one client id push each other out, so only one channel has the id as it is set.
        String suffix = name.equals(CONSUMER) ? "" : "-" + name;
        this.clientId = ownClientId.or(() -> settings.clientId().map(id -> id + suffix));
        this.generatedPrefix = clientId.orElse(NAME + suffix);
    }

    /**
     * @param channel name of the channel
     * @param ownClientId its attribute {@code client-id}
     */
    static SessionOptions ofChannel(
            GatewaySettings settings, BrokerTls tls, String channel, Optional<String> ownClientId) {
        return ofChannel(settings, tls, channel, ownClientId, Patience.DEFAULT);
    }

    /** As {@link #ofChannel(GatewaySettings, BrokerTls, String, Optional)}, with sessions that are more or less patient. */
    static SessionOptions ofChannel(
            GatewaySettings settings, BrokerTls tls, String channel, Optional<String> ownClientId, Patience patience) {
        return new SessionOptions(settings, tls, channel, ownClientId, patience);
    }

    /** Of those who listen to a topic filter of their own. */
    static SessionOptions ofListeners(GatewaySettings settings, BrokerTls tls) {
        return new SessionOptions(settings, tls, "feed", Optional.empty(), Patience.DEFAULT);
    }

    /** The session to which the broker delivers: durable if a client id is set, else with a generated id and for one connection. */
    ConnectOptions ofConsumer() {
        return clientId.map(id ->
                        of(id, SessionLifetime.DURABLE, settings.sessionExpiry().toSeconds()))
                .orElseGet(() -> of(generated(), SessionLifetime.CONNECTION, 0));
    }

    /** A session that only publishes. The broker keeps it over reconnects, so that a QoS 2 message can be sent on without a second delivery. */
    ConnectOptions ofPublisher() {
        return of(generated(), SessionLifetime.PROCESS, PUBLISHER_EXPIRY_SECONDS);
    }

    /** The session of one filter of the live feed. Closing it ends the subscription. */
    ConnectOptions ofListener() {
        return of(generated(), SessionLifetime.CONNECTION, 0);
    }

    /** A session that waits for answers. The broker keeps it over reconnects, and with it the answers that come meanwhile (MQTT 5). */
    ConnectOptions ofRequests() {
        return of(generated(), SessionLifetime.PROCESS, PUBLISHER_EXPIRY_SECONDS);
    }

    private String generated() {
        return generatedPrefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private ConnectOptions of(String id, SessionLifetime lifetime, long expirySeconds) {
        NetClientOptions transport = new NetClientOptions().setTcpNoDelay(true);
        tls.apply(transport);
        return new ConnectOptions(
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
