package org.mqttgateway.feed;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.base.Held;
import org.mqttgateway.connector.FilterSubscription;
import org.mqttgateway.connector.ReceivingSessions;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The open feeds: that of the consumer, and one for each topic filter that has listeners. A filter is subscribed when its first listener
 * comes, all listeners of an equal filter share its feed, and it stays subscribed for a while after the last one, so that a listener that
 * comes back misses nothing.
 */
// Created at the start, so that its metric exists before the first listener comes.
@Startup
@ApplicationScoped
public class Feeds {

    /** When a place may be free, or the broker be back. */
    static final int RETRY_SECONDS = 5;

    /** Most bytes of the messages that the feeds of all filters together hold, and of those that wait until they have them. */
    private static final long FEED_BYTES = 24 << 20;

    private static final long WAITING_BYTES = 32 << 20;

    /** Most bytes that are held for listeners who do not read. */
    private static final long UNREAD_BYTES = 32 << 20;

    private final Vertx vertx;
    private final ReceivingSessions sessions;
    private final GatewaySettings settings;
    private final Feed consumer;
    private final AtomicInteger listeners = new AtomicInteger();
    private final Shares shareOfListeners;
    private final Shares shareOfFilters;
    private final Held unread = new Held(Held.ANY_NUMBER, UNREAD_BYTES);

    /** By filter, in the order in which the last listeners left or the first ones came. Guarded by this. */
    private final Map<FeedRequest.Filter, FilterFeed> filterFeeds = new LinkedHashMap<>();

    private boolean ended;

    Feeds(Vertx vertx, ReceivingSessions sessions, GatewaySettings settings, TooMany tooMany, MeterRegistry meters) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.settings = settings;
        this.consumer = newFeed();
        this.shareOfListeners = new Shares(
                tooMany,
                "listeners that there may be (mqtt.feed.max-clients)",
                "end one of yours",
                RETRY_SECONDS,
                settings.feed().maxClients());
        this.shareOfFilters = new Shares(
                tooMany,
                "different filters that may be listened to (mqtt.subscribe.max-filters)",
                "end your listeners of one of them",
                RETRY_SECONDS,
                settings.subscribe().maxFilters());
        Gauge.builder("mqtt.gateway.feed.clients", listeners::get)
                .description("Listeners of the live feed")
                .register(meters);
    }

    private Feed newFeed() {
        return new Feed(vertx, settings.feed().replay(), settings.feed().buffer());
    }

    /** Adds a message that the consumer has consumed. This only stores the message, so that a listener never holds up the consumer. */
    public void consumed(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        consumer.accept(FeedEvent.of(payload, metadata));
    }

    /**
     * Takes a place for a listener. {@link #leave} gives it back.
     *
     * @return the share of the caller
     * @throws HttpProblem 429 if too many listeners are the caller's; 503 if no place is free
     */
    Shares.Place enter(Caller caller) {
        Shares.Place share = shareOfListeners.take(caller);
        if (listeners.incrementAndGet() > settings.feed().maxClients()) {
            leave(share);
            throw HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE,
                    ReturnCode.QUEUE_SIZE,
                    "too many listeners (mqtt.feed.max-clients)",
                    RETRY_SECONDS);
        }
        return share;
    }

    void leave(Shares.Place share) {
        listeners.decrementAndGet();
        share.giveBack();
    }

    /** What is held for a listener who does not read, besides what the feed holds. The listener must end it. */
    Held.Share unread() {
        return unread.share();
    }

    /** The feed of what the consumer receives. */
    Feed ofConsumer() {
        return consumer;
    }

    /**
     * Counts a listener of a filter in, and subscribes the filter if it is not subscribed yet. Each call that returns must be followed by a
     * {@link #release}.
     *
     * @throws HttpProblem 429 if the caller listens to too many filters; 503 if too many different filters are open
     */
    synchronized FilterFeed acquire(FeedRequest.Filter filter, Caller caller) {
        FilterFeed filterFeed = filterFeeds.get(filter);
        Audience audience = filterFeed == null ? new Audience(shareOfFilters) : filterFeed.audience();
        audience.enter(caller);
        if (filterFeed == null) {
            if (!makeRoom()) {
                audience.leave(caller);
                throw HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        "too many different filters are listened to (mqtt.subscribe.max-filters); try again later",
                        RETRY_SECONDS);
            }
            filterFeed = subscribe(filter, audience);
            filterFeeds.put(filter, filterFeed);
            shareOut();
        }
        filterFeed.arrived();
        return filterFeed;
    }

    /**
     * If too many filters are subscribed, ends the one that has been without a listener for longest. Returns false if each has a listener.
     */
    private boolean makeRoom() {
        if (filterFeeds.size() < settings.subscribe().maxFilters()) {
            return true;
        }
        for (FilterFeed open : filterFeeds.values()) {
            if (open.audience().isEmpty()) {
                filterFeeds.remove(open.filter());
                close(open);
                return true;
            }
        }
        return false;
    }

    /** Each filter may hold as much as every other one. The fewer there are, the more has each. */
    private void shareOut() {
        for (FilterFeed open : filterFeeds.values()) {
            open.feed().limitTo(FEED_BYTES / filterFeeds.size());
            open.subscription().limitTo(WAITING_BYTES / filterFeeds.size());
        }
    }

    /** The filter is not open any more. */
    private void close(FilterFeed filterFeed) {
        filterFeed.subscription().close();
        shareOut();
    }

    private FilterFeed subscribe(FeedRequest.Filter filter, Audience audience) {
        FilterSubscription subscription = sessions.forFilter(filter.topics(), filter.qos());
        FilterFeed filterFeed = new FilterFeed(filter, subscription, newFeed(), audience);
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
            filterFeeds.remove(filterFeed.filter(), filterFeed);
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
        if (!filterFeed.audience().isEmpty() || !filterFeeds.remove(filterFeed.filter(), filterFeed)) {
            return;
        }
        if (keepMillis == 0 || ended) {
            close(filterFeed);
            return;
        }
        // Put it at the end, because makeRoom() ends the first one without a listener.
        filterFeeds.put(filterFeed.filter(), filterFeed);
        long arrivals = filterFeed.arrivals();
        vertx.setTimer(keepMillis, id -> forget(filterFeed, arrivals));
    }

    private synchronized void forget(FilterFeed filterFeed, long arrivals) {
        if (filterFeed.arrivals() == arrivals
                && filterFeed.audience().isEmpty()
                && filterFeeds.remove(filterFeed.filter(), filterFeed)) {
            close(filterFeed);
        }
    }

    /** Ends every listener of every feed, and every subscription without a listener. May be called from any thread. */
    synchronized void end() {
        ended = true;
        consumer.end();
        for (FilterFeed filterFeed : List.copyOf(filterFeeds.values())) {
            filterFeed.feed().end();
            if (filterFeed.audience().isEmpty()) {
                filterFeeds.remove(filterFeed.filter());
                close(filterFeed);
            }
        }
    }

    /** Needed if the shutdown was not announced by a {@code ShutdownDelayInitiatedEvent}. */
    void onShutdown(@Observes ShutdownEvent event) {
        end();
    }
}
