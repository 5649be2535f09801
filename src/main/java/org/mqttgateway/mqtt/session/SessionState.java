package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.mqttgateway.base.Status;

/** What other threads want to know of a session. Written on its event loop, read on any thread. */
final class SessionState {

    private volatile Status status = new Status(false, "not connected since start-up");
    private volatile MqttVersion version;

    /** Why the broker refuses the connection, in words and without the broker's address; null if it does not refuse it. */
    private volatile String refusal;

    private Instant downSince = Instant.now();

    Status status() {
        return status;
    }

    MqttVersion version() {
        return version;
    }

    String notConnected() {
        String why = refusal;
        return "not connected to the broker" + (why == null ? "" : ", which refuses the connection: " + why);
    }

    void connected(MqttVersion spoken, String text) {
        refusal = null;
        version = spoken;
        status = new Status(true, text);
    }

    /**
     * An attempt has failed.
     *
     * @param why why the broker refuses the connection, in words for callers; null if it does not refuse it
     */
    void failed(String reason, String why) {
        if (why != null) {
            refusal = why;
        }
        down(reason);
    }

    private void down(String reason) {
        status = new Status(false, "not connected since " + downSince.truncatedTo(ChronoUnit.SECONDS) + ": " + reason);
    }

    /** The connection is lost. */
    void lost(String reason) {
        version = null;
        downSince = Instant.now();
        down(reason);
    }

    /** The session has ended. */
    void ended() {
        version = null;
        status = new Status(false, "disconnected");
    }
}
