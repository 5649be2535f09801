package org.mqttgateway.feed;

import jakarta.enterprise.context.ApplicationScoped;
import org.mqttgateway.settings.GatewaySettings;

/** The feed of what the consumer receives; there is one. */
@ApplicationScoped
public class ConsumerFeed {

    private final MessageFeed messages;

    ConsumerFeed(GatewaySettings settings) {
        messages = new MessageFeed(settings.feed().replay());
    }

    public MessageFeed messages() {
        return messages;
    }
}
