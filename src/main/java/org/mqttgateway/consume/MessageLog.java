package org.mqttgateway.consume;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.mqttgateway.broker.LogText;
import org.mqttgateway.broker.MqttSettings;

/** Logs each message of the channel {@code messages}: one line a message. */
@ApplicationScoped
public class MessageLog {

    private static final Logger LOG = Logger.getLogger(MessageLog.class);

    private final int maxPayload;

    MessageLog(MqttSettings settings) {
        maxPayload = (int) settings.log().maxPayload().asLongValue();
    }

    /** Consumes one message; when this returns it is acknowledged to the broker. Runs on the connector's worker thread, so it may block. */
    @Incoming("messages")
    void consume(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        LOG.infof(
                "Received message on topic: %s with payload: %s",
                LogText.escape(metadata.getTopic()), PayloadText.forLog(payload, maxPayload));
    }
}
