package org.mqttgateway.mqtt;

/** Told of what an operator counts; called on event loops. */
public interface SessionMetrics {

    /** Why a message from the broker was dropped. */
    enum Dropped {
        /** QoS 0, and the consumer is slower than they come. */
        QUEUE,
        /** Larger than the session takes. */
        SIZE,
        /** Its topic is none, has a wildcard, or is not UTF-8. */
        TOPIC,
        /** It came for a subscription that the session had before. */
        LEFTOVER
    }

    /** A connection that had been accepted is gone. */
    void connectionLost();

    /** A message was not handed to the consumer, and never will be. */
    void dropped(Dropped reason);
}
