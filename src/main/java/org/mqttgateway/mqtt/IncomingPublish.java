package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.concurrent.atomic.AtomicBoolean;

/** A message from the broker. It gets its acknowledgement when the consumer calls {@link #consumed}, from whatever thread. */
public final class IncomingPublish {

    /** What a message takes in memory beside its payload and its topic, in bytes. */
    private static final int OVERHEAD = 300;

    /** What a property takes in memory, in bytes; those of the wire may be as few as five. */
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

    /** What the broker is owed for it; null for QoS 0. */
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

    /** How many properties it has of the kinds that a broker may send any number of. */
    private static int repeatable(MqttProperties properties) {
        return properties.getProperties(MqttPropertyType.USER_PROPERTY.value()).size()
                + properties
                        .getProperties(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value())
                        .size();
    }

    /** The consumer is done with it: the broker gets PUBACK, or PUBREC, when those that came before it have theirs. */
    public void consumed() {
        finish(Acknowledgement.State.CONSUMED);
    }

    /** The consumer could not use it: it is not acknowledged, so a durable session delivers it again on its next connection. */
    public void refused() {
        finish(Acknowledgement.State.REFUSED);
    }

    /** The first word counts. */
    private void finish(Acknowledgement.State state) {
        if (finished.compareAndSet(false, true)) {
            session.finished(this, state);
        }
    }

    public String topic() {
        return topic;
    }

    public byte[] payload() {
        return payload;
    }

    public MqttQoS qos() {
        return qos;
    }

    /** Whether the broker had retained it (section 3.3.1.3). */
    public boolean retain() {
        return retain;
    }

    /** Whether the broker may have sent it before (section 3.3.1.1). */
    public boolean dup() {
        return dup;
    }

    /** 0 for QoS 0. */
    public int packetId() {
        return acknowledgement == null ? 0 : acknowledgement.packetId;
    }

    /** The properties of MQTT 5; empty on 3.1.1. */
    public MqttProperties properties() {
        return properties;
    }

    /** The bytes that it holds, roughly. */
    public int size() {
        return size;
    }
}
