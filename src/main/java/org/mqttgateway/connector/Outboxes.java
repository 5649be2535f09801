package org.mqttgateway.connector;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.mqttgateway.mqtt.Status;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The outgoing side: an {@link Outbox} with a connection of its own on each event loop, so that a publish stays on the loop of the request
 * that brought it. What one loop publishes keeps its order; all loops share the limits.
 */
final class Outboxes {

    /** Payload bytes on the wire at once: enough to fill any network, little beside the heap. */
    private static final long MAX_INFLIGHT_BYTES = 8 << 20;

    private final List<Outbox> outboxes = new ArrayList<>();
    private final Map<EventLoop, Outbox> byLoop = new IdentityHashMap<>();

    Outboxes(Vertx vertx, GatewaySettings settings, BrokerTls tls, BrokerMetrics metrics) {
        Capacity capacity = new Capacity(
                settings.maxInflight() + settings.maxQueued(),
                settings.maxQueuedSize().asLongValue());
        List<Context> contexts = EventLoops.all(vertx);
        // Each may have one in flight at least.
        int number = Math.min(contexts.size(), settings.maxInflight());
        for (int i = 0; i < contexts.size(); i++) {
            Context context = contexts.get(i);
            if (i < number) {
                InFlight inFlight = new InFlight(settings.maxInflight() / number, MAX_INFLIGHT_BYTES / number);
                BrokerAddress address = BrokerAddress.ofPublisher(settings, tls);
                outboxes.add(new Outbox(vertx, context, address, inFlight, capacity, metrics));
            }
            byLoop.put(EventLoops.of(context), outboxes.get(i % number));
        }
        metrics.watchOutboxes(this::inFlight, () -> Math.max(0, capacity.held() - inFlight()));
    }

    private int inFlight() {
        return outboxes.stream().mapToInt(Outbox::inFlight).sum();
    }

    /** Takes the message, or fails it at once if the buffer is full. What comes from no event loop takes the first connection. */
    void offer(PendingPublish publish, Context origin) {
        Outbox own = origin == null ? null : byLoop.get(EventLoops.of(origin));
        (own == null ? outboxes.get(0) : own).offer(publish);
    }

    void open() {
        outboxes.forEach(outbox -> outbox.connection().open());
    }

    /** The status of the first connection with which something is wrong; of any if all are well. */
    Status status() {
        Status status = null;
        for (Outbox outbox : outboxes) {
            status = outbox.connection().status();
            if (!status.ok()) {
                break;
            }
        }
        return status;
    }

    /** Ends when every connection has. */
    Future<Void> close() {
        return Future.join(outboxes.stream()
                        .map(outbox -> outbox.connection().close())
                        .toList())
                .mapEmpty();
    }
}
