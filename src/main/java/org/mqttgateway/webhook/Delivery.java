package org.mqttgateway.webhook;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.http.MessageJson;
import org.mqttgateway.http.PropertiesJson;

/**
 * A message on its way to the endpoint. The body of the request is made for each attempt, so that a waiting message is held in memory only
 * once.
 */
final class Delivery {

    private final String id;
    private final ReceivingMqttMessageMetadata metadata;
    private final byte[] payload;
    private final Instant receivedAt;
    private final int size;
    private final List<Message<byte[]>> messages = new ArrayList<>(1);
    private int failures;
    private boolean ended;

    Delivery(String id, Message<byte[]> message, ReceivingMqttMessageMetadata metadata, Instant receivedAt) {
        this.id = id;
        this.metadata = metadata;
        this.payload = message.getPayload();
        this.receivedAt = receivedAt;
        this.size = size(payload, metadata);
        messages.add(message);
    }

    /** The {@code webhook-id} of Standard Webhooks, the same in all attempts. */
    String id() {
        return id;
    }

    String topic() {
        return metadata.getTopic();
    }

    byte[] payload() {
        return payload;
    }

    /** The bytes that a waiting message takes in memory: its payload and, roughly, its properties. */
    static int size(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        return payload.length + PropertiesJson.heldBytes(PropertiesJson.of(metadata));
    }

    int size() {
        return size;
    }

    ReceivingMqttMessageMetadata metadata() {
        return metadata;
    }

    byte[] body() {
        return MessageJson.encode(
                topic(),
                payload,
                metadata.getQosLevel().value(),
                metadata.isRetain(),
                receivedAt,
                PropertiesJson.of(metadata));
    }

    /** Adds a copy of the message that the broker has sent again on another connection. It must be acked too. */
    void also(Message<byte[]> copy) {
        messages.add(copy);
    }

    /** Counts a failed attempt; returns how many have failed by now. */
    int failed() {
        return ++failures;
    }

    int failures() {
        return failures;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Ends the delivery, whatever its outcome is. Returns the messages that must be acked. */
    List<Message<byte[]>> end() {
        ended = true;
        return messages;
    }
}
