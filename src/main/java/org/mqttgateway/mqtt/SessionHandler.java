package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;

/** What a session is for, publishing or receiving. Told of its connections, on their event loop. */
interface SessionHandler {

    /** How a connection ended. */
    record Loss(boolean byBroker, int reasonCode, Throwable failure) {

        /** No DISCONNECT came. */
        static final int NO_REASON = -1;

        /** Whether a message that was under way may be why: the broker closed, and did not say that it has another reason. */
        boolean mayBeForAMessage() {
            return byBroker && !ReasonCode.isAboutTheConnection(reasonCode);
        }

        /** Whether the broker has said that a packet of ours is why. */
        boolean isForAPacket() {
            return byBroker && ReasonCode.isFailure(reasonCode) && !ReasonCode.isAboutTheConnection(reasonCode);
        }
    }

    /** What a lost connection says of the next attempt. */
    enum Next {
        /** It is known why the broker closed, and it will not happen again: another attempt at once. */
        AT_ONCE,
        /** The connection was in use until a moment ago: another attempt soon. */
        SOON,
        /** Another attempt after the backoff. */
        AFTER_BACKOFF
    }

    /** The broker accepted the connection. */
    void connected(MqttConnection connection, ServerLimits limits, boolean sessionPresent);

    /** A packet that is not the session's own. */
    void received(MqttMessage packet);

    /** A PUBLISH that was not let through. */
    void skipped(SkippedPublish publish);

    /** The connection is gone; whatever was not confirmed on it never will be. */
    Next lost(Loss loss);

    /** An attempt to connect has failed. */
    void unreachable();
}
