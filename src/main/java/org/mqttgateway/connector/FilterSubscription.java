package org.mqttgateway.connector;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.eclipse.microprofile.reactive.messaging.Message;

/** A subscription that somebody outside the channels has asked for: on a connection of its own, which comes back by itself until it is closed. */
public final class FilterSubscription {

    private final Inbox inbox;
    private final Duration timeout;

    FilterSubscription(Inbox inbox, Duration timeout) {
        this.inbox = inbox;
        this.timeout = timeout;
    }

    /** The messages, each to be acked; subscribing connects. */
    public Multi<Message<byte[]>> messages() {
        return inbox.messages().onSubscription().invoke(() -> inbox.connection().open());
    }

    /** Ends when the broker has granted the subscription; fails with {@link SubscriptionFailure} if it refuses or cannot be reached in time. */
    public Uni<Void> granted() {
        return Uni.createFrom()
                .completionStage(() -> inbox.subscription().granted().toCompletionStage())
                .onFailure()
                .transform(refusal -> new SubscriptionFailure(true, refusal.getMessage()))
                .ifNoItem()
                .after(timeout)
                .failWith(() -> new SubscriptionFailure(false, inbox.status().text()));
    }

    /** Ends the subscription by ending its connection. */
    public void close() {
        inbox.connection().close();
    }
}
