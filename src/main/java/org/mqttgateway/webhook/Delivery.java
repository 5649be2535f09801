package org.mqttgateway.webhook;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.http.MessageJson;
import org.mqttgateway.http.PropertiesJson;

/** A message on its way to the endpoint. The request's body is made for each attempt, so that a message that waits is held once. */
final class Delivery {

    private final String id;
    private final ReceivingMqttMessageMetadata metadata;
    private final byte[] payload;
    private final Instant receivedAt;
    private final List<Message<byte[]>> messages = new ArrayList<>(1);
    private int failures;
    private boolean ended;

    Delivery(String id, Message<byte[]> message, ReceivingMqttMessageMetadata metadata, Instant receivedAt) {
        this.id = id;
        this.metadata = metadata;
        this.payload = message.getPayload();
        this.receivedAt = receivedAt;
        messages.add(message);
    }

    /** The same over all attempts (Standard Webhooks, {@code webhook-id}). */
    String id() {
        return id;
    }

    String topic() {
        return metadata.getTopic();
    }

    byte[] payload() {
        return payload;
    }

    /** The bytes of a message that are held while it waits: the payload and, roughly, its properties. */
    static int size(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        return payload.length + PropertiesJson.heldBytes(PropertiesJson.of(metadata));
    }

    int size() {
        return size(payload, metadata);
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

    /** The broker has sent it again, on another connection: that copy wants an acknowledgement too. */
    void also(Message<byte[]> copy) {
        messages.add(copy);
    }

    /** Counts one more attempt that failed; returns how many there are. */
    int failed() {
        return ++failures;
    }

    int failures() {
        return failures;
    }

    boolean hasEnded() {
        return ended;
    }

    /** The end, whatever it is; returns what is to be acked. */
    List<Message<byte[]>> end() {
        ended = true;
        return messages;
    }
}
