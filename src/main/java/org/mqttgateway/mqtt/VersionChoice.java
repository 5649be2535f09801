package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;

/**
 * Which version of MQTT the next connection speaks: the preferred one, until the broker refuses it or closes without an answer. A broker
 * that closes may also be one that just stops, so a single time proves nothing, unless the other version has worked since.
 */
final class VersionChoice {

    private static final int CLOSES = 2;

    private final List<MqttVersion> versions;
    private int chosen;
    private int closes;

    /** @param versions the preferred one first */
    VersionChoice(List<MqttVersion> versions) {
        this.versions = versions;
    }

    /** {@code "MQTT 5"} or {@code "MQTT 3.1.1"}. */
    static String name(MqttVersion version) {
        return version == MqttVersion.MQTT_5 ? "MQTT 5" : "MQTT 3.1.1";
    }

    String name() {
        return name(next());
    }

    MqttVersion next() {
        return versions.get(chosen);
    }

    /** The broker does not speak it; true if there is another to go on with. */
    boolean refused(MqttVersion version) {
        return moveOn(version);
    }

    /** The broker closed the connection instead of answering CONNECT; true if another version is worth a try. */
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

    /** The broker took it. After this connection the preferred one is asked for again: the broker may have learned it. */
    void accepted(MqttVersion version) {
        closes = version == versions.get(0) ? 0 : CLOSES - 1;
        chosen = 0;
    }

    /** Nothing came of the attempt, for whatever reason: the preferred version is as good as another. */
    void failed() {
        chosen = 0;
    }
}
