package org.mqttgateway.webhook;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.settings.WebhookChannel;

/** Consumes the channel {@code webhook}: passes each message on to {@link Webhook}, which acks it when its delivery has ended. */
@ApplicationScoped
public class WebhookConsumer {

    private final Webhook webhook;

    WebhookConsumer(Webhook webhook) {
        this.webhook = webhook;
    }

    /** The result completes when there is room for the next message; until then SmallRye does not request one. */
    @Incoming(WebhookChannel.NAME)
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    @NonBlocking
    CompletionStage<Void> consume(Message<byte[]> message) {
        return webhook.accept(message);
    }
}
