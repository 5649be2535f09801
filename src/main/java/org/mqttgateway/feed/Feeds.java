package org.mqttgateway.feed;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
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
import org.mqttgateway.connector.FilterSubscription;
import org.mqttgateway.connector.FilterSubscriptions;
import org.mqttgateway.connector.SubscriptionFailure;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.PropertiesJson;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The feeds that are open: the consumer's own, and one for each topic filter that somebody listens to. A filter is subscribed with its first
 * listener, shared by equal filters, and kept a while after the last one, so that who comes back misses nothing.
 */
// At the start, so that its metric is there before the first listener.
@Startup
@ApplicationScoped
public class Feeds {

    private final Vertx vertx;
    private final FilterSubscriptions subscriptions;
    private final GatewaySettings settings;
    private final Feed consumer;
    private final AtomicInteger listeners = new AtomicInteger();

    /** In the order in which their last listeners left or their first ones came; guarded by this. */
    private final Map<FeedRequest.Filter, Entry> entries = new LinkedHashMap<>();

    private boolean ended;

    /** A filter that is subscribed. */
    static final class Entry {
        private final FeedRequest.Filter filter;
        private final FilterSubscription subscription;
        private final Feed feed;
        private int listeners;
        /** Counts those who came, so that the end of a keep finds out that somebody did. */
        private long arrivals;

        private Entry(FeedRequest.Filter filter, FilterSubscription subscription, Feed feed) {
            this.filter = filter;
            this.subscription = subscription;
            this.feed = feed;
        }

        /** The feed, when the broker has granted the subscription; fails with {@link HttpProblem}: 403 if it refuses, 503 if it is away. */
        Uni<Feed> granted() {
            return subscription
                    .granted()
                    .map(granted -> feed)
                    .onFailure(SubscriptionFailure.class)
                    .transform(Feeds::toProblem);
        }
    }

    Feeds(Vertx vertx, FilterSubscriptions subscriptions, GatewaySettings settings, MeterRegistry meters) {
        this.vertx = vertx;
        this.subscriptions = subscriptions;
        this.settings = settings;
        this.consumer = newFeed();
        Gauge.builder("mqtt.gateway.feed.clients", listeners::get)
                .description("Listeners of the live feed")
                .register(meters);
    }

    private Feed newFeed() {
        return new Feed(vertx, settings.feed().replay(), settings.feed().buffer());
    }

    /** Takes a message that the consumer has consumed; it does no more than to keep it, so that a listener never holds up the consumer. */
    public void consumed(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        accept(consumer, payload, metadata);
    }

    private static void accept(Feed feed, byte[] payload, ReceivingMqttMessageMetadata metadata) {
        feed.accept(
                metadata.getTopic(),
                payload,
                metadata.getQosLevel().value(),
                metadata.isRetain(),
                PropertiesJson.of(metadata));
    }

    /**
     * Takes the place of a listener, which gives it back with {@link #leave}.
     *
     * @throws HttpProblem 503 if there is none
     */
    void enter() {
        if (listeners.incrementAndGet() > settings.feed().maxClients()) {
            listeners.decrementAndGet();
            throw HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE, ReturnCode.QUEUE_SIZE, "too many listeners (mqtt.feed.max-clients)", 5);
        }
    }

    void leave() {
        listeners.decrementAndGet();
    }

    /** What the consumer receives. */
    Feed ofConsumer() {
        return consumer;
    }

    /**
     * Listens to a filter, and subscribes it if nobody does yet. Each call that returns wants its {@link #release}.
     *
     * @throws HttpProblem 503 if too many different filters are open
     */
    synchronized Entry acquire(FeedRequest.Filter filter) {
        Entry entry = entries.get(filter);
        if (entry == null) {
            makeRoom();
            entry = subscribe(filter);
            entries.put(filter, entry);
        }
        entry.listeners++;
        entry.arrivals++;
        return entry;
    }

    /** Who listens goes before who may come back. */
    private void makeRoom() {
        if (entries.size() < settings.subscribe().maxFilters()) {
            return;
        }
        FeedRequest.Filter kept = entries.entrySet().stream()
                .filter(entry -> entry.getValue().listeners == 0)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        "too many different filters are listened to (mqtt.subscribe.max-filters); try again later",
                        5));
        entries.remove(kept).subscription.close();
    }

    private Entry subscribe(FeedRequest.Filter filter) {
        FilterSubscription subscription = subscriptions.open(filter.topics(), filter.qos());
        Entry entry = new Entry(filter, subscription, newFeed());
        // Who listens to a filter that the broker no longer grants would wait in silence.
        subscription.onRefused(failure -> ended(entry));
        // A stream of messages that ends, whatever the reason, is not coming back: neither must its listeners stay.
        subscription
                .messages()
                .subscribe()
                .with(message -> accept(entry.feed, message), failure -> ended(entry), () -> ended(entry));
        return entry;
    }

    private static void accept(Feed feed, Message<byte[]> message) {
        message.getMetadata(ReceivingMqttMessageMetadata.class)
                .ifPresent(metadata -> accept(feed, message.getPayload(), metadata));
        message.ack();
    }

    private void ended(Entry entry) {
        synchronized (this) {
            entries.remove(entry.filter, entry);
        }
        entry.subscription.close();
        entry.feed.end();
    }

    /**
     * Counts a listener out.
     *
     * @param keepMillis how long the filter stays subscribed if it was the last one; 0: not at all
     */
    synchronized void release(Entry entry, long keepMillis) {
        if (--entry.listeners > 0 || !entries.remove(entry.filter, entry)) {
            return;
        }
        if (keepMillis == 0 || ended) {
            entry.subscription.close();
            return;
        }
        // At the end, for of the kept ones the first gives way first.
        entries.put(entry.filter, entry);
        long arrivals = entry.arrivals;
        vertx.setTimer(keepMillis, id -> forget(entry, arrivals));
    }

    private synchronized void forget(Entry entry, long arrivals) {
        if (entry.arrivals == arrivals && entry.listeners == 0 && entries.remove(entry.filter, entry)) {
            entry.subscription.close();
        }
    }

    /** Ends every stream of every feed, and keeps no filter any longer; from any thread. */
    synchronized void end() {
        ended = true;
        consumer.end();
        for (Entry entry : List.copyOf(entries.values())) {
            entry.feed.end();
            if (entry.listeners == 0) {
                entries.remove(entry.filter);
                entry.subscription.close();
            }
        }
    }

    /** Where the end was not announced before. */
    void onShutdown(@Observes ShutdownEvent event) {
        end();
    }

    private static HttpProblem toProblem(SubscriptionFailure failure) {
        return failure.isRefused()
                ? HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, failure.getMessage())
                : HttpProblem.retryable(Status.SERVICE_UNAVAILABLE, ReturnCode.NO_CONN, failure.getMessage(), 5);
    }
}
