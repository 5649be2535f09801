package org.mqttgateway.feed;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.connector.FilterSubscription;
import org.mqttgateway.connector.FilterSubscriptions;
import org.mqttgateway.connector.SubscriptionFailure;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.mqtt.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/** One feed for each topic filter that somebody listens to: subscribed with the first listener, shared by equal filters, closed with the last. */
@ApplicationScoped
class FilterFeeds {

    private final FilterSubscriptions subscriptions;
    private final GatewaySettings settings;
    private final Map<Key, Entry> entries = new HashMap<>();

    private record Key(TopicFilter filter, MqttQoS qos) {}

    private static final class Entry {
        private final FilterSubscription subscription;
        private final MessageFeed feed;
        private int listeners;

        Entry(FilterSubscription subscription, MessageFeed feed) {
            this.subscription = subscription;
            this.feed = feed;
        }
    }

    FilterFeeds(FilterSubscriptions subscriptions, GatewaySettings settings) {
        this.subscriptions = subscriptions;
        this.settings = settings;
    }

    /**
     * The feed of a filter, when the broker has granted the subscription. Each call wants its {@link #release}, whatever the outcome.
     *
     * @throws HttpProblem 503 if too many different filters are open; the Uni fails with 403 if the broker refuses, 503 if it is away
     */
    Uni<MessageFeed> acquire(TopicFilter filter, MqttQoS qos) {
        Entry entry = enter(new Key(filter, qos));
        return entry.subscription
                .granted()
                .map(granted -> entry.feed)
                .onFailure(SubscriptionFailure.class)
                .transform(FilterFeeds::toProblem);
    }

    private synchronized Entry enter(Key key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            if (entries.size() >= settings.subscribe().maxFilters()) {
                throw HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        "too many different filters are listened to (mqtt.subscribe.max-filters); try again later",
                        5);
            }
            entry = open(key);
            entries.put(key, entry);
        }
        entry.listeners++;
        return entry;
    }

    private Entry open(Key key) {
        FilterSubscription subscription = subscriptions.open(key.filter(), key.qos());
        MessageFeed feed = new MessageFeed(settings.feed().replay());
        subscription.messages().subscribe().with(message -> accept(feed, message));
        return new Entry(subscription, feed);
    }

    private static void accept(MessageFeed feed, Message<byte[]> message) {
        message.getMetadata(ReceivingMqttMessageMetadata.class)
                .ifPresent(metadata -> feed.accept(message.getPayload(), metadata));
        message.ack();
    }

    synchronized void release(TopicFilter filter, MqttQoS qos) {
        Key key = new Key(filter, qos);
        Entry entry = entries.get(key);
        entry.listeners--;
        if (entry.listeners == 0) {
            entries.remove(key);
            entry.subscription.close();
        }
    }

    private static HttpProblem toProblem(SubscriptionFailure failure) {
        return failure.isRefused()
                ? HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, failure.getMessage())
                : HttpProblem.retryable(Status.SERVICE_UNAVAILABLE, ReturnCode.NO_CONN, failure.getMessage(), 5);
    }
}
