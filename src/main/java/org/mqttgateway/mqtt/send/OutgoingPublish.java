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

    /** The Packet Identifier in the present session; 0 while it has none. */
    int packetId;

    Stage stage = Stage.WAITING;

    /** Grows with each message that the session sends, and is new when the message is sent again. */
    long number;

    /** {@link System#nanoTime()} at which it was last sent. */
    long sentAt;

    /** Grows with each PUBREC: PUBRELs are sent again in the order of the PUBRECs (section 4.6). */
    long stored;

    /** The reason code of that PUBREC. */
    int reasonCode;

    /** Whether the broker was asked for a sign of life because of this message, on this connection. */
    boolean probed;

    /** Its neighbours in {@link InFlight}. */
    OutgoingPublish before;

    OutgoingPublish after;

    /** How far a message has come. */
    enum Stage {
        /** It was never sent. */
        WAITING(false, false),
        /** PUBLISH has gone out, and nothing has come back. */
        SENT(true, false),
        /** The connection was lost after that, so PUBLISH must go out again. */
        LOST(false, false),
        /** PUBREC has come: the broker has the message. PUBREL has gone out (section 4.3.3). */
        RELEASED(true, true),
        /** The connection was lost after that, so PUBREL must go out again. */
        STORED(false, true),
        /** PUBREL has gone out again. The broker may have forgotten the identifier, for PUBCOMP may have been lost (section 3.7.2.1). */
        RELEASED_AGAIN(true, true),
        /** Its sender has the outcome. */
        ENDED(false, false);

        /** Whether it is in {@link InFlight}. */
        final boolean underWay;

        /** Whether PUBREC has come. */
        final boolean received;

        Stage(boolean underWay, boolean received) {
            this.underWay = underWay;
            this.received = received;
        }
    }

    /** Whether its PUBLISH was sent on this connection, so that it takes a place of the broker's Receive Maximum (section 4.9). */
    final boolean countsForReceiveMaximum() {
        return qos != MqttQoS.AT_MOST_ONCE && (stage == Stage.SENT || stage == Stage.RELEASED);
    }

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

    /**
     * The broker has the message, which its sender was not sure of: {@link #failed} was called before with {@link
     * PublishFailure.Reason#OUTCOME_UNKNOWN}.
     */
    protected void confirmedLate() {
        // Most publishers have told their callers, who are gone.
    }

    /** Whether it may have been sent, on this connection or an earlier one. */
    public final boolean wasSent() {
        return stage != Stage.WAITING;
    }

    /** Whether it is sent on this connection, and not confirmed. */
    public final boolean isUnderWay() {
        return stage.underWay;
    }

    /** Whether the broker has it (section 4.3.3), so that only PUBREL and PUBCOMP are missing. */
    public final boolean isStored() {
        return stage.received;
    }

    /** Whether its sender has the outcome already. The broker has not answered, so it may have to be sent again (section 4.4). */
    public final boolean hasEnded() {
        return stage == Stage.ENDED;
    }

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
