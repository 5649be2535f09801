package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.send.Outbox;
import org.mqttgateway.mqtt.send.OutgoingPublish;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.SessionHandler;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * A session that publishes. It holds each message from its acceptance until the broker has answered or the deadline has passed: see
 * {@link Outbox}. Messages keep their order over connections (section 4.6). Only {@link #offer}, {@link #open},
 * {@link #close}, {@link #status} and {@link #version} may be called from any thread; everything else happens on the event loop of the
 * session.
 */
public final class PublishingSession implements SessionHandler {

    private final MqttSession session;
    private final OldVersionNotice notice;

    /** Accepted from any thread, not yet seen by the event loop. */
    private final Queue<OutgoingPublish> accepted = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final Outbox outbox;

    /**
     * @param window the limit of unconfirmed publishes, shared by several sessions
     * @param notice the notice about MQTT 3.1.1, shared by several sessions so that it is logged once
     */
    public PublishingSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            SendWindow window,
            OldVersionNotice notice,
            SessionMetrics metrics) {
        this(vertx, context, options, window, notice, metrics, System::nanoTime);
    }

    /** @param clock in place of {@link System#nanoTime()}, also for the messages */
    PublishingSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            SendWindow window,
            OldVersionNotice notice,
            SessionMetrics metrics,
            LongSupplier clock) {
        this.notice = notice;
        this.session = new MqttSession(vertx, context, options, metrics, this, clock);
        this.outbox = new Outbox(session, window, clock);
    }

    /** Connects, and connects again whenever the connection is lost. */
    public void open() {
        session.open();
    }

    /** Sends DISCONNECT. The future ends when the connection is closed. */
    public Future<Void> close() {
        return session.close();
    }

    /** Whether there is a connection, and what is wrong if there is none. */
    public Status status() {
        return session.status();
    }

    /** The version that is spoken now; null while there is no connection. */
    public MqttVersion version() {
        return session.version();
    }

    /** Accepts a message. It gets its outcome by its deadline at the latest. */
    public void offer(OutgoingPublish publish) {
        accepted.offer(publish);
        if (drainScheduled.compareAndSet(false, true)) {
            session.loop().execute(this::drain);
        }
    }

    /**
     * Sends all messages together that were accepted in one round of the event loop, so that they share one system call here and one at the
     * broker.
     */
    private void drain() {
        drainScheduled.set(false);
        for (OutgoingPublish publish = accepted.poll(); publish != null; publish = accepted.poll()) {
            outbox.add(publish);
        }
        outbox.send();
    }

    @Override
    public void connected(MqttConnection opened, ServerLimits limits, boolean sessionPresent) {
        notice.connected(opened.version(), session.log());
        outbox.connected(opened, limits, sessionPresent);
    }

    @Override
    public void received(MqttMessage packet) {
        outbox.received(packet);
    }

    @Override
    public void skipped(SkippedPublish publish) {
        throw PacketException.unexpected(MqttMessageType.PUBLISH);
    }

    @Override
    public Next lost(Loss loss) {
        boolean resumable =
                outbox.version() == MqttVersion.MQTT_5 && session.options().lifetime() == SessionLifetime.PROCESS;
        // The next loss shows which message is the cause, so the other messages must not wait for the backoff until
        // then.
        boolean suspected = outbox.isUnderWay() && loss.mayBeForAMessage();
        outbox.lost(loss, resumable);
        if (outbox.hasFound()) {
            return Next.AT_ONCE;
        }
        if (loss.isForTooMuch()) {
            return Next.AFTER_BACKOFF;
        }
        boolean givenUp = !loss.byBroker() && loss.failure() == null;
        return outbox.hasConfirmed() || givenUp || suspected ? Next.SOON : Next.AFTER_BACKOFF;
    }

    @Override
    public void unreachable() {
        outbox.unreachable();
    }
}
