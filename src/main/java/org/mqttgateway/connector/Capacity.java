package org.mqttgateway.connector;

import org.mqttgateway.base.Held;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.settings.GatewaySettings;

/** How many messages are held, in number and in bytes. */
public final class Capacity {

    private Capacity() {}

    /** The limits of the settings for messages to the broker, those that are sent and not yet confirmed included. */
    public static Held ofPublishes(GatewaySettings settings) {
        return new Held(
                settings.maxInflight() + settings.maxQueued(),
                settings.maxQueuedSize().asLongValue());
    }

    /** The limits of the settings for messages that wait for a consumer, or less: {@code bytes}. */
    static Held ofIncoming(GatewaySettings settings, long bytes) {
        return new Held(
                settings.maxQueued(), Math.min(bytes, settings.maxQueuedSize().asLongValue()));
    }

    /** How a message fails that has no room. */
    public static PublishFailure full() {
        return new PublishFailure(Reason.QUEUE_FULL, "too many messages wait for the broker already");
    }
}
