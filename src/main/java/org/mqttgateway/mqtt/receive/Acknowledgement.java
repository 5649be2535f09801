package org.mqttgateway.mqtt.receive;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * The PUBACK or PUBREC that the gateway still has to send for a received message. It does not hold the message itself: an acknowledgement
 * may have to wait for its turn, and the payload should be freed as soon as it is consumed. Used on the event loop only.
 */
public final class Acknowledgement {

    /** How far the consumer is. */
    public enum State {
        /** The consumer has the message. */
        HELD,
        /** The consumer is done with it. */
        CONSUMED,
        /** The consumer could not use it. */
        REFUSED
    }

    final MqttQoS qos;
    final int packetId;

    /** Tells the message from others, see {@link Content}. */
    final long content;

    /** How far the consumer is with the message. */
    State state = State.HELD;

    /** The connection on which the message came last. Acknowledgements leave in the order in which the messages came on that connection. */
    MqttConnection connection;

    /** An acknowledgement of QoS 1 or 2 that is owed. */
    public Acknowledgement(MqttQoS qos, int packetId, long content) {
        this.qos = qos;
        this.packetId = packetId;
        this.content = content;
    }
}
