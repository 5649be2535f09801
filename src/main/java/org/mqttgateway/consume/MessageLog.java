package org.mqttgateway.consume;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.mqttgateway.broker.LogText;

/** Logs each message of the channel {@code messages}: one line a message. */
@ApplicationScoped
public class MessageLog {

    private static final Logger LOG = Logger.getLogger(MessageLog.class);

    /** Consumes one message; when this returns it is acknowledged to the broker. Runs on the connector's worker thread, so it may block. */
    @Incoming("messages")
    void consume(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        LOG.infof("Received message on topic: %s with payload: %s", LogText.escape(metadata.getTopic()), text(payload));
    }

    private static String text(byte[] payload) {
        try {
            return LogText.escape(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString());
        } catch (CharacterCodingException e) {
            return "base64:" + Base64.getEncoder().encodeToString(payload);
        }
    }
}
