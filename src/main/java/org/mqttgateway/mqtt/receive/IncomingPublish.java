package org.mqttgateway.mqtt.receive;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.mqttgateway.base.Weight;

/** A message from the broker. The broker gets the acknowledgement when the consumer calls {@link #consumed}, on any thread. */
public final class IncomingPublish {

    /** Whether the broker may have sent a message before. */
    public enum Arrival {
        /** Not in this session, as far as anybody knows. */
        FIRST,
        /** The session is that of an earlier connection, and not every broker says DUP then. */
        IN_RESUMED_SESSION,
        /** The broker says so: DUP (section 3.3.1.1). */
        AGAIN
    }

    private final BiConsumer<IncomingPublish, Acknowledgement.State> whenFinished;
    private final String topic;
    private final byte[] payload;
    private final MqttQoS qos;
    private final boolean retain;
    private final Arrival arrival;
    private final MqttProperties properties;
    private final int weight;
    private final AtomicBoolean finished = new AtomicBoolean();

    /** The acknowledgement that the broker is owed; null for QoS 0. */
    final Acknowledgement acknowledgement;

    /**
     * @param whenFinished called once, on any thread, when the consumer is done with the message
     * @param propertiesSize the most bytes that the properties have in the packet
     */
    public IncomingPublish(
            BiConsumer<IncomingPublish, Acknowledgement.State> whenFinished,
            String topic,
            byte[] payload,
            MqttQoS qos,
            boolean retain,
            Arrival arrival,
            Acknowledgement acknowledgement,
            MqttProperties properties,
            int propertiesSize) {
        this.whenFinished = whenFinished;
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.arrival = arrival;
        this.acknowledgement = acknowledgement;
        this.properties = properties;
        this.weight = Weight.of(topic, payload, properties, propertiesSize);
    }

    /** The consumer is done with the message. The broker gets PUBACK or PUBREC as soon as all earlier messages have been acknowledged. */
    public void consumed() {
        finish(Acknowledgement.State.CONSUMED);
    }

    /**
     * The consumer could not use the message. It is not acknowledged, so the broker delivers it again on the next connection of a durable
     * session.
     */
    public void refused() {
        finish(Acknowledgement.State.REFUSED);
    }

    /** Only the first call counts. */
    private void finish(Acknowledgement.State state) {
        if (finished.compareAndSet(false, true)) {
            whenFinished.accept(this, state);
        }
    }

    /** The Topic Name (section 3.3.2.1). */
    public String topic() {
        return topic;
    }

    /** The payload itself, not a copy; must not be changed. */
    public byte[] payload() {
        return payload;
    }

    /** The QoS with which the broker delivers the message (section 4.3). */
    public MqttQoS qos() {
        return qos;
    }

    /** Whether the message was retained before the subscription was made (section 3.3.1.3). */
    public boolean retain() {
        return retain;
    }

    /** Whether the broker may have sent the message before. */
    public Arrival arrival() {
        return arrival;
    }

    /** The Packet Identifier (section 2.2.1); 0 for QoS 0. */
    public int packetId() {
        return acknowledgement == null ? 0 : acknowledgement.packetId;
    }

    /** The properties of MQTT 5; empty on 3.1.1. */
    public MqttProperties properties() {
        return properties;
    }

    /** The bytes that the message takes in memory while it is held, see {@link Weight}. */
    public int weight() {
        return weight;
    }
}
