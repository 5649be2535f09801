package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.eclipse.microprofile.reactive.messaging.Message;

/** A message on its way to the broker, from its acceptance to its ack or nack. */
final class PendingPublish {

    final String topic;
    final byte[] payload;
    final MqttQoS qos;
    final boolean retain;
    /** {@link System#nanoTime()} at which it was accepted. */
    final long accepted;
    /** {@link System#nanoTime()} by which it must have ended. */
    final long deadline;

    private final Message<?> message;

    /** Whether it may have left for the broker, on this connection or an earlier one. */
    boolean sent;
    /** The packet id on the present connection; 0 until the packet is written. */
    int packetId;
    /** The number of the publish in the connection's life; tells how near the packet ids are to being used again. */
    long sequence;

    PendingPublish(Message<?> message, String topic, byte[] payload, MqttQoS qos, boolean retain, long timeoutNanos) {
        this.message = message;
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.accepted = System.nanoTime();
        this.deadline = accepted + timeoutNanos;
    }

    void confirm() {
        message.ack();
    }

    void fail(PublishFailure failure) {
        message.nack(failure);
    }
}
