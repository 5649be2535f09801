package org.mqttgateway.mqtt.subscribe;

/** Learns how the broker has answered the subscription. Called on the event loop at each answer. */
public interface SubscriptionListener {

    /** The subscription stands. */
    void subscribed();

    /** @param reason the broker's reason as one sentence */
    void refused(String reason);

    /** The connection is lost. The subscription is made again on the next connection, unless it was refused. */
    default void lost() {
        // Most listeners just go on waiting for messages.
    }
}
