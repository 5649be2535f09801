package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mqttgateway.mqtt.session.SessionLog;

/** Logs what an operator loses with MQTT 3.1.1, once for all publishing sessions that share this notice. Thread-safe. */
public final class OldVersionNotice {

    private final AtomicBoolean said = new AtomicBoolean();

    /** A session has been accepted with this version; the first one with MQTT 3.1.1 writes the notice. */
    public void connected(MqttVersion version, SessionLog log) {
        if (version != MqttVersion.MQTT_5 && said.compareAndSet(false, true)) {
            // PUBACK and PUBREC of MQTT 3.1.1 have no reason code (section 3.4.2).
            log.info(
                    "With MQTT 3.1.1 a broker cannot say that it has refused a message: it confirms one that its access rules deny,"
                            + " and drops it. With MQTT 5 the caller would be told");
        }
    }
}
