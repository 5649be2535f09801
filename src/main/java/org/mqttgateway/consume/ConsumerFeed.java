package org.mqttgateway.consume;

import jakarta.enterprise.context.ApplicationScoped;
import org.mqttgateway.settings.GatewaySettings;

/** The feed of what the consumer receives; there is one. */
@ApplicationScoped
class ConsumerFeed {

    private final MessageFeed messages;

    ConsumerFeed(GatewaySettings settings) {
        messages = new MessageFeed(settings.feed().replay());
    }

    MessageFeed messages() {
        return messages;
    }
}
