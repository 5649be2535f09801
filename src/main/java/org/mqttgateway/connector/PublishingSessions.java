package org.mqttgateway.connector;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.mqttgateway.mqtt.EventLoops;
import org.mqttgateway.mqtt.OldVersionNotice;
import org.mqttgateway.mqtt.PublishFailure;
import org.mqttgateway.mqtt.PublishFailure.Reason;
import org.mqttgateway.mqtt.PublishingSession;
import org.mqttgateway.mqtt.SendWindow;
import org.mqttgateway.mqtt.Status;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The outgoing side: sessions on some of the event loops, so that a publish stays on the loop of the request that brought it, or near. What
 * one loop publishes keeps its order; all sessions share the window and the capacity.
 */
final class PublishingSessions {

    /** Bytes on the wire at once: enough to fill any network, little beside the heap. */
    private static final long MAX_INFLIGHT_BYTES = 8 << 20;

    /** Connections by default, at the most: brokers are licensed by them, and more bring little. */
    private static final int DEFAULT_CONNECTIONS = 4;

    private final List<PublishingSession> sessions = new ArrayList<>();
    private final Map<EventLoop, List<PublishingSession>> byLoop = new IdentityHashMap<>();
    private final Capacity capacity;
    private final SendWindow window;

    PublishingSessions(Vertx vertx, GatewaySettings settings, SessionOptions options, BrokerMetrics metrics) {
        this.capacity = new Capacity(
                settings.maxInflight() + settings.maxQueued(),
                settings.maxQueuedSize().asLongValue());
        this.window = new SendWindow(settings.maxInflight(), MAX_INFLIGHT_BYTES);
        List<Context> contexts = EventLoops.all(vertx);
        int number = settings.publishConnections().orElse(Math.min(contexts.size(), DEFAULT_CONNECTIONS));
        OldVersionNotice notice = new OldVersionNotice();
        for (int i = 0; i < number; i++) {
            Context context = contexts.get(i % contexts.size());
            sessions.add(new PublishingSession(vertx, context, options.ofPublisher(), window, notice, metrics));
        }
        for (int i = 0; i < Math.max(number, contexts.size()); i++) {
            byLoop.computeIfAbsent(EventLoops.of(contexts.get(i % contexts.size())), loop -> new ArrayList<>(1))
                    .add(sessions.get(i % number));
        }
        metrics.watchPublishing(window::size, () -> Math.max(0, capacity.held() - window.size()));
    }

    /** Takes the message, or fails it at once if the buffer is full. What comes from no event loop goes over the first connection. */
    void offer(ChannelPublish publish, Context origin) {
        if (!capacity.tryAdd(publish.size())) {
            publish.refuse(new PublishFailure(Reason.QUEUE_FULL, "too many messages wait for the broker already"));
            return;
        }
        List<PublishingSession> own = origin == null ? null : byLoop.get(EventLoops.of(origin));
        List<PublishingSession> from = own == null ? sessions.subList(0, 1) : own;
        // One topic always takes the same connection, so its messages keep their order.
        from.get(from.size() == 1 ? 0 : Math.floorMod(publish.topic().hashCode(), from.size()))
                .offer(publish);
    }

    /** The message has ended, well or not. */
    void ended(ChannelPublish publish) {
        capacity.remove(publish.size());
    }

    void open() {
        sessions.forEach(PublishingSession::open);
    }

    /** The status of the first session with which something is wrong; of any if all are well. */
    Status status() {
        Status status = null;
        for (PublishingSession session : sessions) {
            status = session.status();
            if (!status.ok()) {
                break;
            }
        }
        return status;
    }

    /** The version that the first session speaks; null while it has no connection. */
    MqttVersion version() {
        return sessions.get(0).version();
    }

    /** Ends when every connection has. */
    Future<Void> close() {
        return Future.join(sessions.stream().map(PublishingSession::close).toList())
                .mapEmpty();
    }
}
