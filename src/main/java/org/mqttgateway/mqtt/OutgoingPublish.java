package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;

/** A message on its way to the broker, from its acceptance to {@link #confirmed} or {@link #failed}, of which one is called, once. */
public abstract class OutgoingPublish {

    /** What a publish takes in memory beside its payload and its topic, in bytes: the object, its places in queues, its message. */
    private static final int OVERHEAD = 256;

    private final String topic;
    private final byte[] payload;
    private final MqttQoS qos;
    private final boolean retain;
    private final MqttProperties properties;
    private final int propertiesSize;
    private final boolean needsProperties;

    /** {@link System#nanoTime()} at which it was accepted. */
    final long acceptedAt = System.nanoTime();

    /** {@link System#nanoTime()} by which it must have ended. */
    final long deadline;

    private final long timeoutNanos;

    /** The Packet Identifier on the present connection, or in the present session for QoS 2; 0 while it has none. */
    int packetId;

    /** Whether it may have left for the broker, on this connection or an earlier one. */
    boolean sent;

    /** {@link System#nanoTime()} at which it was last sent. */
    long sentAt;

    /** Whether the broker has answered PUBREC: it has the message, and wants PUBREL (section 4.3.3). */
    boolean received;

    /** Whether PUBREL may have left on an earlier connection, so that the broker may have forgotten the identifier. */
    boolean releasedBefore;

    /** The reason code of that PUBREC. */
    int reasonCode;

    /** Whether the broker was asked for a sign of life because of it, on this connection. */
    boolean probed;

    /** In how many losses, for which a message may be the cause, it was under way. */
    int losses;

    /** Whether {@link InFlight} has it, and its neighbours there. */
    boolean underWay;

    OutgoingPublish before;

    OutgoingPublish after;

    /**
     * @param topic a topic name, see {@link TopicFilter#requireTopicName}
     * @param properties the properties of MQTT 5; {@link MqttProperties#NO_PROPERTIES} for none
     * @param propertiesSize their size in bytes at the most
     * @param needsProperties whether it fails on MQTT 3.1.1, which has no place for them; else it is sent there without them
     * @param timeoutNanos how long it may take
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
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.propertiesSize = propertiesSize;
        this.needsProperties = needsProperties;
        this.timeoutNanos = timeoutNanos;
        this.deadline = acceptedAt + timeoutNanos;
    }

    /**
     * The broker has the message: written to the socket for QoS 0, PUBACK for QoS 1, PUBCOMP for QoS 2.
     *
     * @param reasonCode {@link ReasonCode#SUCCESS} or {@link ReasonCode#NO_MATCHING_SUBSCRIBERS}
     */
    protected abstract void confirmed(int reasonCode);

    /** It leaves for the broker, maybe not for the first time. */
    protected void sent() {
        // Most senders wait for the end only.
    }

    /** It does not, or nobody knows. */
    protected abstract void failed(PublishFailure failure);

    public final String topic() {
        return topic;
    }

    public final byte[] payload() {
        return payload;
    }

    public final MqttQoS qos() {
        return qos;
    }

    public final boolean retain() {
        return retain;
    }

    final MqttProperties properties() {
        return properties;
    }

    final int propertiesSize() {
        return propertiesSize;
    }

    final boolean needsProperties() {
        return needsProperties;
    }

    final long timeoutNanos() {
        return timeoutNanos;
    }

    /** Nanoseconds since it was accepted. */
    public final long age() {
        return System.nanoTime() - acceptedAt;
    }

    /** The bytes that it holds, roughly. */
    public final int size() {
        return payload.length + topic.length() + propertiesSize + OVERHEAD;
    }
}
