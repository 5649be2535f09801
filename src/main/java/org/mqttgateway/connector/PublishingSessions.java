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
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.Held;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.OldVersionNotice;
import org.mqttgateway.mqtt.PublishingSession;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The sessions that publish, on several event loops. A publish goes to a session on the event loop of its request if there is one, so it
 * need not change threads. The messages of one event loop and topic keep their order. All sessions share one window and one capacity.
 */
final class PublishingSessions {

    /** Most unconfirmed bytes at once: enough to use any network fully, and little compared with the heap. */
    private static final long MAX_INFLIGHT_BYTES = 8 << 20;

    /** Most connections by default: brokers are often licensed by connections, and more bring little. */
    private static final int DEFAULT_CONNECTIONS = 4;

    private final List<PublishingSession> sessions = new ArrayList<>();
    private final Map<EventLoop, List<PublishingSession>> byLoop = new IdentityHashMap<>();
    private final Held held;
    private final SendWindow window;

    PublishingSessions(Vertx vertx, GatewaySettings settings, SessionOptions options, BrokerMetrics metrics) {
        this.held = Capacity.ofPublishes(settings);
        this.window = new SendWindow(settings.maxInflight(), MAX_INFLIGHT_BYTES);
        List<Context> contexts = EventLoops.all(vertx);
        int number = settings.publishConnections().orElse(Math.min(contexts.size(), DEFAULT_CONNECTIONS));
        OldVersionNotice notice = new OldVersionNotice();
        for (int i = 0; i < number; i++) {
            Context context = contexts.get(i % contexts.size());
            sessions.add(new PublishingSession(vertx, context, options.ofProcess(), window, notice, metrics));
        }
        for (int i = 0; i < Math.max(number, contexts.size()); i++) {
            byLoop.computeIfAbsent(EventLoops.of(contexts.get(i % contexts.size())), loop -> new ArrayList<>(1))
                    .add(sessions.get(i % number));
        }
        metrics.watchPublishing(window::size, () -> Math.max(0, held.number() - window.size()));
    }

    /**
     * Accepts the message, or fails it at once if the buffer is full. A message that does not come from an event loop goes over the first
     * connection.
     */
    void offer(ChannelPublish publish, Context origin) {
        if (!held.tryAdd(publish.weight())) {
            publish.refuse(Capacity.full());
            return;
        }
        List<PublishingSession> own = origin == null ? null : byLoop.get(EventLoops.of(origin));
        List<PublishingSession> from = own == null ? sessions.subList(0, 1) : own;
        // One topic always takes the same connection, so its messages keep their order.
        from.get(from.size() == 1 ? 0 : Math.floorMod(publish.topic().hashCode(), from.size()))
                .offer(publish);
    }

    /** The message has its outcome, good or bad, and is no longer held. */
    void ended(ChannelPublish publish) {
        held.remove(publish.weight());
    }

    void open() {
        sessions.forEach(PublishingSession::open);
    }

    /** The status of the first session that is not connected; if all are connected, that of the last one. */
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

    /** Closes all sessions. The future ends when every connection is closed. */
    Future<Void> close() {
        return Future.join(sessions.stream().map(PublishingSession::close).toList())
                .mapEmpty();
    }
}
