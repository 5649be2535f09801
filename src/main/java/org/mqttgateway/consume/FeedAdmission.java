package org.mqttgateway.consume;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Problem.Violation;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.mqtt.TopicAllowList;
import org.mqttgateway.mqtt.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Decides who may listen, before the resource runs: Quarkus REST sends the status 200 of a stream before it asks for the first event, and
 * from there on nothing can be refused. The scope matters: Quarkus makes filters before there are settings, and the proxy waits for them.
 */
@ApplicationScoped
public class FeedAdmission {

    private final GatewaySettings settings;
    private final ConsumerFeed consumer;
    private final FilterFeeds filters;
    private final TopicAllowList allowed;
    private final AtomicInteger clients = new AtomicInteger();

    FeedAdmission(GatewaySettings settings, ConsumerFeed consumer, FilterFeeds filters, MeterRegistry meters) {
        this.settings = settings;
        this.consumer = consumer;
        this.filters = filters;
        Gauge.builder("mqtt.gateway.feed.clients", clients::get)
                .description("Listeners of the live feed")
                .register(meters);
        this.allowed = TopicAllowList.of(settings.subscribe().allow());
    }

    /** Ends when the broker has granted the subscription, if a filter is asked for; fails with {@link HttpProblem}. */
    @Admitted
    @ServerRequestFilter
    public Uni<Void> admit(UriInfo uri, RoutingContext request) {
        String topic = uri.getQueryParameters().getFirst("topic");
        TopicFilter filter = topic == null || topic.isEmpty() ? null : filter(topic);
        MqttQoS qos = qos(uri.getQueryParameters().getFirst("qos"));
        reserve();
        if (filter == null) {
            Admission admission = new Admission(clients::decrementAndGet);
            remember(admission, request);
            admission.to(consumer.messages());
            return Uni.createFrom().voidItem();
        }
        Uni<MessageFeed> granted;
        try {
            granted = filters.acquire(filter, qos);
        } catch (HttpProblem full) {
            clients.decrementAndGet();
            throw full;
        }
        Admission admission = new Admission(() -> {
            filters.release(filter, qos);
            clients.decrementAndGet();
        });
        remember(admission, request);
        return granted.invoke(admission::to)
                .onFailure()
                .invoke(admission::leave)
                .replaceWithVoid();
    }

    /** A client may also leave before the stream has begun. */
    private static void remember(Admission admission, RoutingContext request) {
        request.put(Admission.KEY, admission);
        request.addEndHandler(end -> admission.leave());
    }

    private void reserve() {
        if (clients.incrementAndGet() > settings.feed().maxClients()) {
            clients.decrementAndGet();
            throw HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE, ReturnCode.QUEUE_SIZE, "too many listeners (mqtt.feed.max-clients)", 5);
        }
    }

    private TopicFilter filter(String text) {
        TopicFilter filter;
        try {
            filter = new TopicFilter(text);
        } catch (IllegalArgumentException e) {
            throw invalid("topic", "is no topic filter: " + e.getMessage());
        }
        if (filter.hasBlankLevel()) {
            throw invalid("topic", "has a level that is one blank: in a URL the wildcard + is written %2B");
        }
        if (!allowed.permits(filter)) {
            throw HttpProblem.of(
                    Status.FORBIDDEN,
                    ReturnCode.ACL_DENIED,
                    filter.isShared()
                            ? "a shared subscription takes messages away from the others of its group; listeners may join those only that mqtt.subscribe.allow names word for word"
                            : "the filter is not on the allow list of this gateway (mqtt.subscribe.allow)");
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
}
