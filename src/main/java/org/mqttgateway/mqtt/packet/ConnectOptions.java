package org.mqttgateway.mqtt.packet;

import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.net.NetClientOptions;
import java.net.URI;
import java.util.List;

/**
 * Where and as whom a session connects (CONNECT, section 3.1).
 *
 * @param broker what is known of the broker in all of its sessions
 * @param host host name or address of the broker
 * @param port its TCP port
 * @param transport options of the socket, TLS among them
 * @param webSocketPath path of the WebSocket that carries MQTT, with its leading slash; null for MQTT on the socket itself
 * @param versions the versions to try, the preferred one first
 * @param clientId the Client Identifier (section 3.1.3.1)
 * @param lifetime how long the broker is to keep the session
 * @param sessionExpirySeconds for how long it keeps a session whose connection is gone (MQTT 5, section 3.1.2.11.2); unused for
 *     {@link SessionLifetime#CONNECTION}
 * @param keepAliveSeconds Keep Alive, 0 to 65,535; 0 turns it off (section 3.1.2.10)
 * @param user the User Name; null for none
 * @param password the Password; null for none
 * @param maxPayload the largest payload that is received, in bytes
 * @param patience how long the session waits for the broker
 */
public record ConnectOptions(
        Broker broker,
        String host,
        int port,
        NetClientOptions transport,
        String webSocketPath,
        List<MqttVersion> versions,
        String clientId,
        SessionLifetime lifetime,
        long sessionExpirySeconds,
        int keepAliveSeconds,
        String user,
        String password,
        int maxPayload,
        Patience patience) {

    /** The same for a client beside this one, of which the broker keeps nothing. */
    public ConnectOptions ofTrial() {
        return new ConnectOptions(
                broker,
                host,
                port,
                transport,
                webSocketPath,
                versions,
                clientId + "-trial",
                SessionLifetime.CONNECTION,
                0,
                keepAliveSeconds,
                user,
                password,
                maxPayload,
                patience);
    }

    /** {@code host:port}, or the URL of the WebSocket; credentials are no part of it. */
    @Override
    public String toString() {
        return webSocketPath == null ? host + ":" + port : webSocketUrl();
    }

    /** The URL of the WebSocket (RFC 6455 section 3). It has no host for Java if the name has an underscore, but it has the authority. */
    public URI webSocketUri() {
        return URI.create(webSocketUrl());
    }

    private String webSocketUrl() {
        // An address of IPv6 wants brackets.
        String authority = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        return (transport.isSsl() ? "wss://" : "ws://") + authority + webSocketPath;
    }
}
