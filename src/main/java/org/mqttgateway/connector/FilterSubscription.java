package org.mqttgateway.connector;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.mqtt.ReceivingSession;

/** A subscription that somebody outside the channels has asked for: on a connection of its own, which comes back by itself until it is closed. */
public final class FilterSubscription implements ReceivingSession.Listener {

    private final IncomingChannel channel;
    private final Duration timeout;

    /** The broker's latest answer; not complete until there is one. */
    private CompletableFuture<Void> answer = new CompletableFuture<>();

    private Consumer<SubscriptionFailure> endedBy = failure -> {};

    FilterSubscription(Function<ReceivingSession.Listener, IncomingChannel> channel, Duration timeout) {
        this.timeout = timeout;
        this.channel = channel.apply(this);
    }

    /** The messages, each to be acked; subscribing connects. */
    public Multi<Message<byte[]>> messages() {
        return channel.messages();
    }

    /**
     * Ends when the broker has granted the subscription, at once if it has; fails with {@link SubscriptionFailure} if it has refused, or
     * cannot be reached in time.
     */
    public Uni<Void> granted() {
        return Uni.createFrom()
                .completionStage(this::answer)
                .ifNoItem()
                .after(timeout)
                .failWith(() -> new SubscriptionFailure(false, channel.status().text()));
    }

    /** {@code action} is called, on an event loop, when the broker refuses a subscription that it had granted. */
    public synchronized void onRefused(Consumer<SubscriptionFailure> action) {
        endedBy = action;
    }

    private synchronized CompletableFuture<Void> answer() {
        return answer.copy();
    }

    @Override
    public synchronized void subscribed() {
        CompletableFuture<Void> waiting = answer;
        answer = CompletableFuture.completedFuture(null);
        waiting.complete(null);
    }

    @Override
    public void refused(String reason) {
        SubscriptionFailure failure = new SubscriptionFailure(true, reason);
        Consumer<SubscriptionFailure> told;
        synchronized (this) {
            CompletableFuture<Void> waiting = answer;
            boolean stood = waiting.isDone() && !waiting.isCompletedExceptionally();
            answer = CompletableFuture.failedFuture(failure);
            waiting.completeExceptionally(failure);
            told = stood ? endedBy : ignored -> {};
        }
        told.accept(failure);
    }

    /** Ends the subscription by ending its connection. */
    public void close() {
        channel.abandon();
    }
}
