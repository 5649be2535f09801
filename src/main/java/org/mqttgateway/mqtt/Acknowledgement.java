package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;

/**
 * The PUBACK or PUBREC that the broker is owed for a message. It has nothing of the message itself, so that the payload can be let go as
 * soon as it is consumed, though the acknowledgement waits for its turn. For the event loop only.
 */
final class Acknowledgement {

    enum State {
        /** The consumer has the message. */
        HELD,
        /** The consumer is done with it. */
        CONSUMED,
        /** The consumer could not use it. */
        REFUSED
    }

    final MqttQoS qos;
    final int packetId;
    State state;

    /** The connection on which the message came last; acknowledgements leave in the order of that. */
    MqttConnection connection;

    Acknowledgement(MqttQoS qos, int packetId, State state) {
        this.qos = qos;
        this.packetId = packetId;
        this.state = state;
    }
}
