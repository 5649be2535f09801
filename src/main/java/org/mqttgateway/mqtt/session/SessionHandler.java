package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttMessage;
import org.mqttgateway.mqtt.decode.PacketDecoder;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.transport.MqttConnection;

/** The purpose of a session: publishing or receiving. Its methods are called on the event loop of the session. */
public interface SessionHandler {

    /** How a connection ended. */
    record Loss(boolean byBroker, int reasonCode, Throwable failure) {

        /** No DISCONNECT came. */
        public static final int NO_REASON = -1;

        /** Whether a message that was under way may be the cause: the broker closed the connection and named no other reason. */
        public boolean mayBeForAMessage() {
            return byBroker && !ReasonCode.isAboutTheConnection(reasonCode);
        }

        /** Whether the broker has said that more came than it takes. */
        public boolean isForTooMuch() {
            return byBroker && ReasonCode.isTooMuch(reasonCode);
        }

        /** Whether the broker has said that a packet of the gateway is the cause. */
        public boolean isForAPacket() {
            return byBroker && ReasonCode.isAboutAPacket(reasonCode);
        }
    }

    /** When the next attempt follows a lost connection. */
    enum Next {
        /** At once, if it does not come again and again: it is known why the broker closed the connection. */
        AT_ONCE,
        /** Soon: the connection was in use until a moment ago. */
        SOON,
        /** After the regular backoff. */
        AFTER_BACKOFF
    }

    /** The broker accepted the connection. */
    void connected(MqttConnection connection, ServerLimits limits, boolean sessionPresent);

    /** A packet has come that {@link MqttSession} does not handle itself. */
    void received(MqttMessage packet);

    /** A PUBLISH has come that the {@link PacketDecoder} did not let through. */
    void skipped(SkippedPublish publish);

    /** The connection is lost. What was not confirmed on it will not be confirmed any more. */
    Next lost(Loss loss);

    /** An attempt to connect has failed. */
    void unreachable();
}
