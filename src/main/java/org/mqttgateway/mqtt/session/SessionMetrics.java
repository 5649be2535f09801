package org.mqttgateway.mqtt.session;

/** Counts what an operator wants to know of sessions. Called on event loops. */
public interface SessionMetrics {

    /** Why a message from the broker was dropped. */
    enum Dropped {
        /** The message had QoS 0, and too many messages waited for the consumer already. */
        QUEUE,
        /** The payload or the properties are larger than the session accepts. */
        SIZE,
        /** The topic is empty, has a wildcard or U+0000, or is not UTF-8. */
        TOPIC,
        /** A text of the properties has U+0000 or is not UTF-8. */
        PROPERTY,
        /** The message came for an earlier subscription of the session. */
        LEFTOVER
    }

    /** A connection that had been accepted is gone. */
    void connectionLost();

    /** A message was not handed to the consumer, and never will be. */
    void dropped(Dropped reason);
}
