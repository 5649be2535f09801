package org.mqttgateway.connector;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.base.Held;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;

/**
 * A subscription for listeners outside the channels, on a connection of its own. A lost connection comes back by itself until the
 * subscription is closed.
 */
public final class FilterSubscription implements SubscriptionListener {

    /** Most bytes of the messages that wait until the listeners' feed has them. A single message may be larger. */
    static final long MAX_WAITING_BYTES = 4 << 20;

    private final IncomingChannel channel;
    private final Held waiting;
    private final Duration timeout;

    /** The broker's latest answer; not completed while there is none. Written on the event loop of the channel. */
    private volatile CompletableFuture<Void> answer = new CompletableFuture<>();

    private volatile Consumer<SubscriptionFailure> endedBy = failure -> {};

    private volatile boolean lost;

    /** @param waiting counts the messages of the channel that wait */
    FilterSubscription(Function<SubscriptionListener, IncomingChannel> channel, Held waiting, Duration timeout) {
        this.waiting = waiting;
        this.timeout = timeout;
        this.channel = channel.apply(this);
    }

    /** Changes how many bytes of messages may wait: 4 MiB, or less. The broker keeps the others. */
    public void limitTo(long bytes) {
        waiting.limitTo(Math.min(MAX_WAITING_BYTES, bytes));
    }

    /** The messages, each of which must be acked. To subscribe to this stream opens the connection. */
    public Multi<Message<byte[]>> messages() {
        return channel.messages();
    }

    /**
     * Completes when the broker has granted the subscription. Fails with {@link SubscriptionFailure} if the broker has refused it or cannot
     * be reached within {@code mqtt.publish-timeout}.
     */
    public Uni<Void> granted() {
        return Uni.createFrom()
                .completionStage(() -> answer.copy())
                .ifNoItem()
                .after(timeout)
                .failWith(() -> new SubscriptionFailure(false, channel.status().text()));
    }

    /** Sets the action for the case that the broker refuses a subscription that it had granted before. It is called on an event loop. */
    public void onRefused(Consumer<SubscriptionFailure> action) {
        endedBy = action;
    }

    /** Whether the connection was lost and the broker has not granted the subscription again: what is published now does not come by it. */
    public boolean isLost() {
        return lost;
    }

    @Override
    public void lost() {
        lost = true;
    }

    @Override
    public void subscribed() {
        lost = false;
        // Whoever waits for the first answer waits for this future.
        answer.complete(null);
        answer = CompletableFuture.completedFuture(null);
    }

    @Override
    public void refused(String reason) {
        SubscriptionFailure failure = new SubscriptionFailure(true, reason);
        CompletableFuture<Void> before = answer;
        boolean stood = before.isDone() && !before.isCompletedExceptionally();
        answer = CompletableFuture.failedFuture(failure);
        before.completeExceptionally(failure);
        if (stood) {
            endedBy.accept(failure);
        }
    }

    /** Ends the subscription by closing its connection. */
    public void close() {
        channel.abandon();
    }
}
