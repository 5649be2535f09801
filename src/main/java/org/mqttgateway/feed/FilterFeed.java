package org.mqttgateway.feed;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import jakarta.ws.rs.core.Response.Status;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.connector.FilterSubscription;
import org.mqttgateway.connector.SubscriptionFailure;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/** The feed of a topic filter, with its subscription, those who listen, and the feeds of several filters of which this is one. */
final class FilterFeed {

    private final FeedRequest.Filter filter;
    private final FilterSubscription subscription;
    private final Feed feed;
    private final Audience audience;
    private final long openedNanos = System.nanoTime();
    private volatile boolean closed;

    /** Guarded by this. */
    private final Set<JointFeed> joint = new LinkedHashSet<>();

    /** A copy for a message on its way, made anew when the first one comes after a change. Guarded by this. */
    private List<JointFeed> copy = List.of();

    /** @param audience guarded by {@link FilterFeeds} */
    FilterFeed(FeedRequest.Filter filter, FilterSubscription subscription, Feed feed, Audience audience) {
        this.filter = filter;
        this.subscription = subscription;
        this.feed = feed;
        this.audience = audience;
    }

    /** @param ended run if no more messages come, because the broker no longer grants the filter for example; on an event loop, perhaps more than once */
    void open(Runnable ended) {
        // If the broker no longer grants the filter, its listeners must be ended, or they would wait for ever.
        subscription.onRefused(failure -> ended.run());
        subscription.messages().subscribe().with(this::accept, failure -> ended.run(), ended);
    }

    private void accept(Message<byte[]> message) {
        message.getMetadata(ReceivingMqttMessageMetadata.class)
                .ifPresent(metadata -> accept(FeedEvent.of(message.getPayload(), metadata)));
        message.ack();
    }

    private void accept(FeedEvent event) {
        // From now on it does not change, although several feeds have it.
        event.json();
        List<JointFeed> others;
        synchronized (this) {
            feed.accept(event);
            if (copy.size() != joint.size()) {
                copy = List.copyOf(joint);
            }
            others = copy;
        }
        for (JointFeed other : others) {
            other.accept(this, event);
        }
    }

    /**
     * From now on each message goes to this feed too.
     *
     * @return the latest messages before that, at most so many
     */
    synchronized List<FeedEvent> join(JointFeed other, int most) {
        joint.add(other);
        copy = List.of();
        return feed.latest(most);
    }

    synchronized void leave(JointFeed other) {
        joint.remove(other);
        copy = List.of();
    }

    FeedRequest.Filter filter() {
        return filter;
    }

    Feed feed() {
        return feed;
    }

    Audience audience() {
        return audience;
    }

    /** The {@link System#nanoTime()} before which no message can have come. */
    long openedNanos() {
        return openedNanos;
    }

    /** @param waitingBytes of messages that wait until the feed has them */
    void limitTo(long feedBytes, long waitingBytes) {
        feed.limitTo(feedBytes);
        subscription.limitTo(waitingBytes);
    }

    /** Whether nothing comes just now, because the connection was lost. */
    boolean isLost() {
        return subscription.isLost();
    }

    /** Whether nothing comes any more. */
    boolean isClosed() {
        return closed;
    }

    /** Ends its listeners and the subscription. */
    void close() {
        closed = true;
        subscription.close();
        feed.end();
    }

    /** Completes when the broker has granted the subscription. Fails with {@link HttpProblem}: 403 if the broker refuses, 503 if it is away. */
    Uni<Void> granted() {
        return subscription.granted().onFailure(SubscriptionFailure.class).transform(FilterFeed::toProblem);
    }

    private static HttpProblem toProblem(Throwable failure) {
        return ((SubscriptionFailure) failure).isRefused()
                ? HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, failure.getMessage())
                : HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE, ReturnCode.NO_CONN, failure.getMessage(), Feeds.RETRY_SECONDS);
    }
}
