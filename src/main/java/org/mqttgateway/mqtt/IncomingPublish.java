package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.concurrent.atomic.AtomicBoolean;

/** A message from the broker. The broker gets the acknowledgement when the consumer calls {@link #consumed}, on any thread. */
public final class IncomingPublish {

    /** Memory that a message takes besides its payload and its topic, in bytes. */
    private static final int OVERHEAD = 300;

    /** Memory that a property takes, in bytes. On the wire it may have as few as five. */
    private static final int PROPERTY_OVERHEAD = 150;

    private final ReceivingSession session;
    private final String topic;
    private final byte[] payload;
    private final MqttQoS qos;
    private final boolean retain;
    private final boolean dup;
    private final MqttProperties properties;
    private final int size;
    private final AtomicBoolean finished = new AtomicBoolean();

    /** The acknowledgement that the broker is owed; null for QoS 0. */
    final Acknowledgement acknowledgement;

    IncomingPublish(
            ReceivingSession session,
            String topic,
            byte[] payload,
            MqttQoS qos,
            boolean retain,
            boolean dup,
            Acknowledgement acknowledgement,
            MqttProperties properties,
            int propertiesSize) {
        this.session = session;
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.dup = dup;
        this.acknowledgement = acknowledgement;
        this.properties = properties;
        this.size = payload.length
                + 2 * (topic.length() + propertiesSize)
                + (propertiesSize > 1 ? PROPERTY_OVERHEAD * repeatable(properties) : 0)
                + OVERHEAD;
    }

    /** How many properties the message has of those kinds that may be repeated. */
    private static int repeatable(MqttProperties properties) {
        return properties.getProperties(MqttPropertyType.USER_PROPERTY.value()).size()
                + properties
                        .getProperties(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value())
                        .size();
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
            session.finished(this, state);
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

    /** Whether the broker may have sent the message before (section 3.3.1.1). */
    public boolean dup() {
        return dup;
    }

    /** The Packet Identifier (section 2.2.1); 0 for QoS 0. */
    public int packetId() {
        return acknowledgement == null ? 0 : acknowledgement.packetId;
    }

    /** The properties of MQTT 5; empty on 3.1.1. */
    public MqttProperties properties() {
        return properties;
    }

    /** Roughly the bytes that the message takes in memory. */
    public int size() {
        return size;
    }
}
