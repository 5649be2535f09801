package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.SessionLifetime;

/** The session as the broker keeps it (section 4.1): when it begins anew, and what the log says if the broker keeps less than it was asked. */
final class KeptSession {

    private final ConnectOptions options;
    private final SessionLog log;
    private boolean made;
    private long grantedSeconds;

    KeptSession(ConnectOptions options, SessionLog log) {
        this.options = options;
        this.log = log;
        this.grantedSeconds = options.sessionExpirySeconds();
    }

    /** Whether the next connection asks the broker to forget what it has kept (Clean Start, section 3.1.2.4). */
    boolean beginsAnew(MqttVersion version) {
        return switch (options.lifetime()) {
            case CONNECTION -> true;
            // MQTT 3.1.1 has no expiry, so the broker would keep the session of a generated client id for ever.
            case PROCESS -> !made || version != MqttVersion.MQTT_5;
            case DURABLE -> false;
        };
    }

    /** The next session of this process begins anew. */
    void forget() {
        made = false;
    }

    /** Whether the broker shall forget the session when DISCONNECT comes, without which it would keep it until its expiry. */
    boolean endsWithDisconnect() {
        return options.lifetime() == SessionLifetime.PROCESS;
    }

    /**
     * The broker has accepted a connection. Returns what became of the session, to be put behind the line of the log that says so.
     *
     * @param begunAnew what {@link #beginsAnew} said
     */
    String accepted(MqttVersion version, boolean begunAnew, MqttConnAckVariableHeader connack) {
        boolean lost = made && !begunAnew && !connack.isSessionPresent();
        if (lost && options.lifetime() == SessionLifetime.DURABLE) {
            log.warn(
                    "The broker has lost the session of %s, and with it the messages that it kept for it",
                    LogText.escape(options.clientId()));
        }
        made = version == MqttVersion.MQTT_5 || options.lifetime() == SessionLifetime.DURABLE;
        if (version == MqttVersion.MQTT_5 && options.lifetime() != SessionLifetime.CONNECTION) {
            granted(connack.properties());
        }
        return connack.isSessionPresent() ? " (session resumed)" : lost ? " (session lost)" : "";
    }

    /** The broker may keep the session for another time than it was asked (section 3.2.2.3.2). */
    private void granted(MqttProperties properties) {
        long asked = options.sessionExpirySeconds();
        long seconds = properties.getProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value())
                        instanceof MqttProperties.IntegerProperty interval
                ? Integer.toUnsignedLong(interval.value())
                : asked;
        if (seconds != grantedSeconds && seconds < asked) {
            log.warn(
                    "The broker keeps the session of %s for %d s after its connection is lost, not for %d s as it was asked",
                    LogText.escape(options.clientId()), seconds, asked);
        }
        grantedSeconds = seconds;
    }
}
