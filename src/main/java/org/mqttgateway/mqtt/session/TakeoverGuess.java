package org.mqttgateway.mqtt.session;

import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.SessionLifetime;

/**
 * Guesses from short connections that another client uses the same client id. A broker of MQTT 5 should say "session taken over" (section
 * 4.13), but Mosquitto 2.0 does not, and MQTT 3.1.1 has no way to say it.
 */
final class TakeoverGuess {

    private static final long PUSHED_OUT_WITHIN_MILLIS = 30_000;

    private final ConnectOptions options;
    private final SessionLog log;
    private int shortLives;

    TakeoverGuess(ConnectOptions options, SessionLog log) {
        this.options = options;
        this.log = log;
    }

    /** No connection was made, so nobody can have pushed it out. */
    void failed() {
        shortLives = 0;
    }

    /** @param closedByBroker whether the broker closed the connection and gave no reason */
    void lost(boolean closedByBroker, long livedMillis) {
        shortLives = closedByBroker && livedMillis < PUSHED_OUT_WITHIN_MILLIS ? shortLives + 1 : 0;
        if (shortLives > 1 && options.lifetime() == SessionLifetime.DURABLE) {
            log.warn(
                    "The broker has closed the connection of client id %s %d times shortly after it was accepted: is another client"
                            + " using the same id? Give each its own mqtt.client-id (MQTT_CLIENT_ID)",
                    LogText.escape(options.clientId()), shortLives);
        }
    }
}
