package org.mqttgateway.consume;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.mqttgateway.broker.MqttSettings;
import org.mqttgateway.broker.TopicAllowList;
import org.mqttgateway.broker.TopicFilter;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Problem.Violation;
import org.mqttgateway.http.ReturnCode;

/** {@code /messages}: what the consumer receives, or what a topic filter matches, as server-sent events (WHATWG HTML section 9.2). */
@Path("/messages")
public class FeedResource {

    private static final long HEARTBEAT_MILLIS = 15_000;

    private final Vertx vertx;
    private final MqttSettings settings;
    private final ConsumerFeed consumer;
    private final FilterFeeds filters;
    private final TopicAllowList allowed;
    private final AtomicInteger clients = new AtomicInteger();
    private final Set<FeedListener> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    FeedResource(Vertx vertx, MqttSettings settings, ConsumerFeed consumer, FilterFeeds filters, MeterRegistry meters) {
        this.vertx = vertx;
        this.settings = settings;
        this.consumer = consumer;
        this.filters = filters;
        Gauge.builder("mqtt.gateway.feed.clients", clients::get)
                .description("Listeners of the live feed")
                .register(meters);
        this.allowed = TopicAllowList.of(settings.subscribe().allow());
    }

    /**
     * Listens.
     *
     * @param topic a topic filter, subscribed while somebody listens to it; without it, the consumer's own messages
     * @param qos QoS of that subscription, {@code mqtt.qos} if absent
     * @param lastEventId the last event that the client has, after which the replay begins
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    public Multi<OutboundSseEvent> messages(
            @QueryParam("topic") String topic,
            @QueryParam("qos") String qos,
            @HeaderParam("Last-Event-ID") String lastEventId,
            @Context Sse sse) {
        TopicFilter filter = topic == null ? null : filter(topic);
        MqttQoS level = qos(qos);
        reserve();
        Source source;
        try {
            source = filter == null ? consumerSource() : filterSource(filter, level);
        } catch (HttpProblem full) {
            clients.decrementAndGet();
            throw full;
        }
        FeedListener listener = new FeedListener(
                vertx.getOrCreateContext(), sse, settings.feed().buffer());
        long heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, id -> listener.heartbeat());
        return source.feed()
                .invoke(feed -> feed.add(listener, eventId(lastEventId)))
                .onItem()
                .transformToMulti(feed -> Multi.createFrom()
                        .publisher(listener)
                        .onSubscription()
                        .invoke(() -> begun(listener))
                        .onTermination()
                        .invoke(() -> feed.remove(listener)))
                .onTermination()
                .invoke(() -> {
                    listeners.remove(listener);
                    vertx.cancelTimer(heartbeat);
                    source.release().run();
                    clients.decrementAndGet();
                });
    }

    /** Streams never end by themselves, and the shutdown waits for all requests to end. */
    void onShutdown(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
        listeners.forEach(FeedListener::complete);
    }

    /** Whoever comes while the gateway stops, a browser that was just sent away for instance, is sent away again. */
    private void begun(FeedListener listener) {
        listeners.add(listener);
        if (stopping) {
            listener.complete();
        }
    }

    private void reserve() {
        if (clients.incrementAndGet() > settings.feed().maxClients()) {
            clients.decrementAndGet();
            throw HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE, ReturnCode.QUEUE_SIZE, "too many listeners (mqtt.feed.max-clients)", 5);
        }
    }

    /** Where the messages come from, and what to do when the client has gone. */
    private record Source(Uni<MessageFeed> feed, Runnable release) {}

    private Source consumerSource() {
        return new Source(Uni.createFrom().item(consumer.messages()), () -> {});
    }

    private Source filterSource(TopicFilter filter, MqttQoS qos) {
        return new Source(filters.acquire(filter, qos), () -> filters.release(filter, qos));
    }

    private TopicFilter filter(String text) {
        TopicFilter filter;
        try {
            filter = new TopicFilter(text);
        } catch (IllegalArgumentException e) {
            throw invalid("topic", "is no topic filter: " + e.getMessage());
        }
        if (!allowed.permits(filter)) {
            throw HttpProblem.of(
                    Status.FORBIDDEN,
                    ReturnCode.ACL_DENIED,
                    "the filter is not on the allow list of this gateway (mqtt.subscribe.allow)");
        }
        return filter;
    }

    private MqttQoS qos(String text) {
        return switch (text == null ? Integer.toString(settings.qos()) : text) {
            case "0" -> MqttQoS.AT_MOST_ONCE;
            case "1" -> MqttQoS.AT_LEAST_ONCE;
            case "2" -> MqttQoS.EXACTLY_ONCE;
            default -> throw invalid("qos", "must be 0, 1 or 2");
        };
    }

    private static HttpProblem invalid(String field, String message) {
        return HttpProblem.invalid(List.of(new Violation(field, message)));
    }

    /** An id that is none of ours replays everything. */
    private static long eventId(String text) {
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }
}
