package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;

/** A message from the broker. It gets its acknowledgement when the consumer calls {@link #consumed}, from whatever thread. */
public final class IncomingPublish {

    /** What a message takes in memory beside its payload and its topic, in bytes. */
    private static final int OVERHEAD = 300;

    private final ReceivingSession session;
    private final String topic;
    private final byte[] payload;
    private final MqttQoS qos;
    private final boolean retain;
    private final boolean dup;
    private final int packetId;
    private final MqttProperties properties;
    private final int size;

    /** What has become of it; written by the event loop only. */
    State state = State.HELD;

    /** The connection on which it came last; acknowledgements leave in the order of that. */
    MqttConnection connection;

    enum State {
        /** The consumer has it. */
        HELD,
        /** The consumer is done with it. */
        CONSUMED,
        /** The consumer could not use it. */
        REFUSED
    }

    IncomingPublish(
            ReceivingSession session,
            String topic,
            byte[] payload,
            MqttQoS qos,
            boolean retain,
            boolean dup,
            int packetId,
            MqttProperties properties,
            int propertiesSize) {
        this.session = session;
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.dup = dup;
        this.packetId = packetId;
        this.properties = properties;
        this.size = payload.length + topic.length() + propertiesSize + OVERHEAD;
    }

    /** The consumer is done with it: the broker gets PUBACK, or PUBREC, when those that came before it have theirs. */
    public void consumed() {
        session.finished(this, State.CONSUMED);
    }

    /** The consumer could not use it: it is not acknowledged, so a durable session delivers it again on its next connection. */
    public void refused() {
        session.finished(this, State.REFUSED);
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
        return packetId;
    }

    /** The properties of MQTT 5; empty on 3.1.1. */
    public MqttProperties properties() {
        return properties;
    }

    /** The bytes that it holds, roughly. */
    int size() {
        return size;
    }
}
