package org.mqttgateway.consume;

import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.PayloadText;
import org.mqttgateway.settings.GatewaySettings;

/** Writes each received message as one line of the log. */
@ApplicationScoped
class MessageLog {

    private static final Logger LOG = Logger.getLogger(MessageLog.class);

    private final int maxPayload;

    MessageLog(GatewaySettings settings) {
        maxPayload = (int) settings.log().maxPayload().asLongValue();
    }

    /** Writes one message. May block while the log is slow. */
    void write(String topic, byte[] payload) {
        LOG.infof(
                "Received message on topic: %s with payload: %s",
                LogText.escape(topic), PayloadText.forLog(payload, maxPayload));
    }
}
