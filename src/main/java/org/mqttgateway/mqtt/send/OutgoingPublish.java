package org.mqttgateway.mqtt.send;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.mqttgateway.base.Weight;
import org.mqttgateway.mqtt.packet.ApplicationMessage;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** A message on its way to the broker, from its acceptance to its outcome. Either {@link #confirmed} or {@link #failed} is called, once. */
public abstract class OutgoingPublish implements ApplicationMessage {

    private final String topic;
    private final byte[] payload;
    private final MqttQoS qos;
    private final boolean retain;
    private final MqttProperties properties;
    private final int propertiesSize;
    private final boolean needsProperties;
    private final int weight;

    /** {@link System#nanoTime()} at which it was accepted. */
    final long acceptedAt;

    /** {@link System#nanoTime()} by which it must have ended. */
    public final long deadline;

    private final long timeoutNanos;

    /** The Packet Identifier on the present connection, or in the present session for QoS 2; 0 while it has none. */
    int packetId;

    /** Whether it may have been sent, on this connection or an earlier one. */
    public boolean sent;

    /** {@link System#nanoTime()} at which it was last sent. */
    public long sentAt;

    /** Whether the broker has answered PUBREC: it has the message and waits for PUBREL (section 4.3.3). */
    boolean received;

    /** Whether PUBREL may have been sent on an earlier connection, so that the broker may have forgotten the identifier. */
    boolean releasedBefore;

    /** The reason code of that PUBREC. */
    int reasonCode;

    /** Whether the broker was asked for a sign of life because of this message, on this connection. */
    public boolean probed;

    /** Grows with each message that the session sends. */
    long number;

    /** Whether the message is in {@link InFlight}. The next two fields are its neighbours there. */
    boolean underWay;

    OutgoingPublish before;

    OutgoingPublish after;

    /**
     * @param topic a topic name, see {@link TopicFilter#requireTopicName}
     * @param properties the properties of MQTT 5; {@link MqttProperties#NO_PROPERTIES} for none
     * @param propertiesSize the bytes that they take in the packet, without those of their length
     * @param needsProperties whether the message fails on MQTT 3.1.1, which has no properties; if false it is sent there without them
     * @param timeoutNanos the longest time until the outcome, in nanoseconds
     */
    protected OutgoingPublish(
            String topic,
            byte[] payload,
            MqttQoS qos,
            boolean retain,
            MqttProperties properties,
            int propertiesSize,
            boolean needsProperties,
            long timeoutNanos) {
        this(topic, payload, qos, retain, properties, propertiesSize, needsProperties, timeoutNanos, System.nanoTime());
    }

    /** @param acceptedAt the present time by the clock of the session that gets the message */
    public OutgoingPublish(
            String topic,
            byte[] payload,
            MqttQoS qos,
            boolean retain,
            MqttProperties properties,
            int propertiesSize,
            boolean needsProperties,
            long timeoutNanos,
            long acceptedAt) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.propertiesSize = propertiesSize;
        this.needsProperties = needsProperties;
        this.weight = Weight.of(topic, payload, properties, propertiesSize);
        this.timeoutNanos = timeoutNanos;
        this.acceptedAt = acceptedAt;
        this.deadline = acceptedAt + timeoutNanos;
    }

    /**
     * The broker has the message. For QoS 0 this means that it was written to the socket, for QoS 1 that PUBACK has come, for QoS 2
     * PUBCOMP.
     *
     * @param reasonCode {@link ReasonCode#SUCCESS} or {@link ReasonCode#NO_MATCHING_SUBSCRIBERS}
     */
    protected abstract void confirmed(int reasonCode);

    /** The message is sent to the broker, perhaps not for the first time. */
    public void sent() {
        // Most publishers need only the outcome.
    }

    /** The broker does not have the message, or nobody knows whether it has it. */
    public abstract void failed(PublishFailure failure);

    @Override
    public final String topic() {
        return topic;
    }

    @Override
    public final byte[] payload() {
        return payload;
    }

    @Override
    public final MqttQoS qos() {
        return qos;
    }

    @Override
    public final boolean retain() {
        return retain;
    }

    @Override
    public final MqttProperties properties() {
        return properties;
    }

    @Override
    public final int propertiesSize() {
        return propertiesSize;
    }

    /** Whether the message fails on MQTT 3.1.1, which has no properties. */
    public final boolean needsProperties() {
        return needsProperties;
    }

    /** The longest time from its acceptance to its outcome, in nanoseconds. */
    public final long timeoutNanos() {
        return timeoutNanos;
    }

    /** Nanoseconds since it was accepted. */
    public final long age() {
        return System.nanoTime() - acceptedAt;
    }

    /** The bytes that the message takes in memory while it is held, see {@link Weight}. */
    public final int weight() {
        return weight;
    }
}
