package org.mqttgateway.webhook;

import io.smallrye.mutiny.Multi;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.mqttgateway.settings.WebhookChannel;

/**
 * The connector of the channel {@code webhook} if {@code mqtt.webhook.url} is not set. It makes no connection and never emits a message.
 */
@ApplicationScoped
@Connector(WebhookChannel.SWITCHED_OFF)
public class SwitchedOff implements InboundConnector {

    @Override
    public Flow.Publisher<? extends Message<?>> getPublisher(Config channel) {
        return Multi.createFrom().nothing();
    }
}
