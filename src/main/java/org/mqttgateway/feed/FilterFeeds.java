package org.mqttgateway.feed;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.connector.FilterSubscription;
import org.mqttgateway.connector.ReceivingSessions;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The feeds of the topic filters that have listeners. A filter is subscribed when its first listener comes, all listeners of an equal filter share its feed, and it stays subscribed for a
 * while after the last one, so that a listener that comes back misses nothing.
 */
@ApplicationScoped
class FilterFeeds {

    /** Most bytes of the messages that the feeds of all filters together hold, and of those that wait until they have them. */
    private static final long FEED_BYTES = 24 << 20;

    private static final long WAITING_BYTES = 32 << 20;

    private final Vertx vertx;
    private final ReceivingSessions sessions;
    private final GatewaySettings settings;
    private final Shares shares;

    /** By filter, in the order in which the last listeners left or the first ones came. Guarded by this. */
    private final Map<FeedRequest.Filter, FilterFeed> open = new LinkedHashMap<>();

    private boolean ended;

    FilterFeeds(Vertx vertx, ReceivingSessions sessions, GatewaySettings settings, TooMany tooMany) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.settings = settings;
        this.shares = new Shares(
                tooMany,
                "different filters that may be listened to (mqtt.subscribe.max-filters)",
                "end your listeners of one of them",
                Feeds.RETRY_SECONDS,
                settings.subscribe().maxFilters());
    }

    /**
     * Counts a listener of a filter in, and subscribes the filter if it is not subscribed yet. Each call that returns must be followed by a
     * {@link #release}.
     *
     * @throws HttpProblem 429 if the caller listens to too many filters; 503 if too many different filters are open
     */
    synchronized FilterFeed acquire(FeedRequest.Filter filter, Caller caller) {
        FilterFeed filterFeed = open.get(filter);
        Audience audience = filterFeed == null ? new Audience(shares) : filterFeed.audience();
        audience.enter(caller);
        if (filterFeed == null) {
            if (!makeRoom()) {
                audience.leave(caller);
                throw HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        "too many different filters are listened to (mqtt.subscribe.max-filters); try again later",
                        Feeds.RETRY_SECONDS);
            }
            filterFeed = subscribe(filter, audience);
            open.put(filter, filterFeed);
            shareOut();
        }
        filterFeed.arrived();
        return filterFeed;
    }

    /**
     * If too many filters are subscribed, ends the one that has been without a listener for longest. Returns false if each has a listener.
     */
    private boolean makeRoom() {
        if (open.size() < settings.subscribe().maxFilters()) {
            return true;
        }
        for (FilterFeed each : open.values()) {
            if (each.audience().isEmpty()) {
                open.remove(each.filter());
                close(each);
                return true;
            }
        }
        return false;
    }

    /** Each filter may hold as much as every other one. The fewer there are, the more has each. */
    private void shareOut() {
        for (FilterFeed each : open.values()) {
            each.feed().limitTo(FEED_BYTES / open.size());
            each.subscription().limitTo(WAITING_BYTES / open.size());
        }
    }

    /** The filter is not open any more. */
    private void close(FilterFeed filterFeed) {
        filterFeed.subscription().close();
        shareOut();
    }

    private FilterFeed subscribe(FeedRequest.Filter filter, Audience audience) {
        FilterSubscription subscription = sessions.forFilter(filter.topics(), filter.qos());
        Feed feed = new Feed(vertx, settings.feed().replay(), settings.feed().buffer());
        FilterFeed filterFeed = new FilterFeed(filter, subscription, feed, audience);
        // If the broker no longer grants the filter, its listeners must be ended, or they would wait for ever.
        subscription.onRefused(failure -> ended(filterFeed));
        // If the stream of messages ends for any reason, no more messages will come, so its listeners are ended too.
        subscription
                .messages()
                .subscribe()
                .with(
                        message -> accept(filterFeed.feed(), message),
                        failure -> ended(filterFeed),
                        () -> ended(filterFeed));
        return filterFeed;
    }

    private static void accept(Feed feed, Message<byte[]> message) {
        message.getMetadata(ReceivingMqttMessageMetadata.class)
                .ifPresent(metadata -> feed.accept(FeedEvent.of(message.getPayload(), metadata)));
        message.ack();
    }

    private void ended(FilterFeed filterFeed) {
        synchronized (this) {
            open.remove(filterFeed.filter(), filterFeed);
            close(filterFeed);
        }
        filterFeed.feed().end();
    }

    /**
     * Counts a listener out.
     *
     * @param keepMillis how long the filter stays subscribed if this was its last listener; 0 ends the subscription at once
     */
    synchronized void release(FilterFeed filterFeed, Caller caller, long keepMillis) {
        filterFeed.audience().leave(caller);
        if (!filterFeed.audience().isEmpty() || !open.remove(filterFeed.filter(), filterFeed)) {
            return;
        }
        if (keepMillis == 0 || ended) {
            close(filterFeed);
            return;
        }
        // Put it at the end, because makeRoom() ends the first one without a listener.
        open.put(filterFeed.filter(), filterFeed);
        long arrivals = filterFeed.arrivals();
        vertx.setTimer(keepMillis, id -> forget(filterFeed, arrivals));
    }

    private synchronized void forget(FilterFeed filterFeed, long arrivals) {
        if (filterFeed.arrivals() == arrivals
                && filterFeed.audience().isEmpty()
                && open.remove(filterFeed.filter(), filterFeed)) {
            close(filterFeed);
        }
    }

    /** Ends every listener of every filter, and every subscription without a listener. May be called from any thread. */
    synchronized void end() {
        ended = true;
        for (FilterFeed filterFeed : List.copyOf(open.values())) {
            filterFeed.feed().end();
            if (filterFeed.audience().isEmpty()) {
                open.remove(filterFeed.filter());
                close(filterFeed);
            }
        }
    }
}
