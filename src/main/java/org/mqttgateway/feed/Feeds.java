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
import java.util.concurrent.atomic.AtomicInteger;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.settings.GatewaySettings;

/** The feed of the consumer, the places for listeners, and the end of all feeds, those of {@link FilterFeeds} too. */
// Created at the start, so that its metric exists before the first listener comes.
@Startup
@ApplicationScoped
public class Feeds {

    /** When a place may be free, or the broker be back. */
    static final int RETRY_SECONDS = 5;

    /** Most bytes that are held for listeners who do not read. */
    private static final long UNREAD_BYTES = 32 << 20;

    private final GatewaySettings settings;
    private final FilterFeeds filters;
    private final Feed consumer;
    private final AtomicInteger listeners = new AtomicInteger();
    private final Shares shares;
    private final Held unread = new Held(Held.ANY_NUMBER, UNREAD_BYTES);

    Feeds(Vertx vertx, FilterFeeds filters, GatewaySettings settings, TooMany tooMany, MeterRegistry meters) {
        this.settings = settings;
        this.filters = filters;
        this.consumer =
                new Feed(vertx, settings.feed().replay(), settings.feed().buffer());
        this.shares = new Shares(
                tooMany,
                "listeners that there may be (mqtt.feed.max-clients)",
                "end one of yours",
                RETRY_SECONDS,
                settings.feed().maxClients());
        Gauge.builder("mqtt.gateway.feed.clients", listeners::get)
                .description("Listeners of the live feed")
                .register(meters);
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
        Shares.Place share = shares.take(caller);
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

    /** Ends every listener of every feed, and every subscription without a listener. May be called from any thread. */
    void end() {
        consumer.end();
        filters.end();
    }

    /** Needed if the shutdown was not announced by a {@code ShutdownDelayInitiatedEvent}. */
    void onShutdown(@Observes ShutdownEvent event) {
        end();
    }
}
