package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;

/**
 * Chooses the version of MQTT for the next connection: the preferred one, until the broker refuses it or closes the connection without an
 * answer. A broker that is being stopped closes connections too, so one such close proves nothing, unless the other version has worked
 * before.
 */
public final class VersionChoice {

    private static final int CLOSES = 2;

    private final List<MqttVersion> versions;
    private int chosen;
    private int closes;

    /** @param versions the preferred one first */
    VersionChoice(List<MqttVersion> versions) {
        this.versions = versions;
    }

    /** {@code "MQTT 5"} or {@code "MQTT 3.1.1"}. */
    public static String name(MqttVersion version) {
        return version == MqttVersion.MQTT_5 ? "MQTT 5" : "MQTT 3.1.1";
    }

    String name() {
        return name(next());
    }

    MqttVersion next() {
        return versions.get(chosen);
    }

    /** The broker does not speak the version. Returns true if another version is left to try. */
    boolean refused(MqttVersion version) {
        return moveOn(version);
    }

    /** The broker closed the connection instead of answering CONNECT. Returns true if another version should be tried. */
    boolean closed(MqttVersion version) {
        closes++;
        return closes >= CLOSES && moveOn(version);
    }

    private boolean moveOn(MqttVersion version) {
        if (version != next() || chosen + 1 == versions.size()) {
            return false;
        }
        chosen++;
        return true;
    }

    /**
     * The broker accepted the version. The next connection tries the preferred version again, because the broker may have been upgraded.
     */
    void accepted(MqttVersion version) {
        closes = version == versions.get(0) ? 0 : CLOSES - 1;
        chosen = 0;
    }

    /** The attempt failed for another reason, so the preferred version is tried again. */
    void failed() {
        chosen = 0;
    }
}
