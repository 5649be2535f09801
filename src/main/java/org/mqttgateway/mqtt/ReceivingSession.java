package org.mqttgateway.mqtt;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mqttgateway.base.Held;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.receive.Intake;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.SessionHandler;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.subscribe.LossCause;
import org.mqttgateway.mqtt.subscribe.Subscription;
import org.mqttgateway.mqtt.subscribe.Subscriptions;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * A session that receives what its subscriptions match and hands each message to a consumer, which says when it is done with the message.
 * When the messages that wait for the consumer take too much memory, the socket is not read, and the other messages wait at the broker.
 */
public final class ReceivingSession implements SessionHandler {

    private static final int CLOSE_CHECKS = 100;
    private static final long CLOSE_CHECK_MILLIS = 20;

    private final MqttSession session;
    private final Subscriptions subscriptions;

    /** The subscription that was given to the constructor; null if the session has only those of {@link #subscribe}. */
    private final Subscription channel;

    private final Intake intake;

    /** Whether the consumer is not done with any other message. */
    private volatile boolean consumerEnded;

    private MqttConnection connection;

    /**
     * A session with one subscription for as long as it is open.
     *
     * @param wish what is subscribed; null for a session without a subscription at first, to which {@link #subscribe} adds them
     * @param waiting counts the messages that wait for the consumer: when there are too many of them, another one of QoS 0 is dropped; when they weigh
     *     too much, the socket is not read
     * @param consumer called on the event loop, so it must not block
     */
    public ReceivingSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            Wish wish,
            Held waiting,
            SessionMetrics metrics,
            Consumer<IncomingPublish> consumer) {
        this(vertx, context, options, wish, waiting, metrics, consumer, System::nanoTime);
    }

    /** @param clock in place of {@link System#nanoTime()} */
    public ReceivingSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            Wish wish,
            Held waiting,
            SessionMetrics metrics,
            Consumer<IncomingPublish> consumer,
            LongSupplier clock) {
        this.session = new MqttSession(vertx, context, options, metrics, this, clock);
        this.subscriptions = new Subscriptions(session);
        this.channel = wish == null ? null : subscription(wish, Wish.Purpose.CHANNEL);
        if (channel != null) {
            subscriptions.add(channel);
        }
        this.intake =
                new Intake(session, subscriptions, wish == null ? null : wish.filter(), waiting, metrics, consumer);
    }

    private Subscription subscription(Wish wish, Wish.Purpose purpose) {
        return new Subscription(wish, purpose, session);
    }

    /** Connects and subscribes, and does so again whenever the connection is lost. */
    public void open() {
        session.open();
    }

    /** The event loop on which everything happens. */
    public EventLoop loop() {
        return session.loop();
    }

    /**
     * Adds a subscription; it replaces one with the same filter. It lasts until the broker refuses it or {@link #unsubscribe} ends it. The log does
     * not mention it. Must be called on the event loop of the session.
     */
    public Subscription subscribe(Wish wish) {
        Subscription subscription = subscription(wish, Wish.Purpose.CALLER);
        subscriptions.add(subscription);
        return subscription;
    }

    /** Ends a subscription of {@link #subscribe}. Must be called on the event loop of the session. */
    public void unsubscribe(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /**
     * Sends a PINGREQ (section 3.12) and calls {@code answered} on the event loop when the broker has answered. Everything that the broker
     * had sent before its answer has been received by then. If there is no connection, or it is lost before, {@code answered} is never called. Must be
     * called on the event loop of the session.
     */
    public void ping(Runnable answered) {
        if (connection != null && connection.isOpen()) {
            connection.ping(answered);
        }
    }

    /** The status of the connection while there is none, otherwise that of the subscription given to the constructor. */
    public Status status() {
        Status connected = session.status();
        if (channel == null) {
            return connected;
        }
        if (!connected.ok()) {
            return channel.isRefused() ? channel.status() : connected;
        }
        Status subscribed = channel.status();
        return subscribed.ok() ? new Status(true, subscribed.text() + ", " + connected.text()) : subscribed;
    }

    /** Whether the broker has refused the subscription given to the constructor, and has not granted it since. May be called from any thread. */
    public boolean isRefused() {
        return channel.isRefused();
    }

    /** The version that is spoken now; null while there is no connection. */
    public MqttVersion version() {
        return session.version();
    }

    /** The consumer will not be done with what it still has, so {@link #close} need not wait for it. From any thread. */
    public void consumerEnded() {
        consumerEnded = true;
    }

    /** Waits a little for the consumer, acknowledges what it has consumed, and disconnects. */
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        session.loop().execute(() -> closeWhenConsumed(CLOSE_CHECKS, closed));
        return closed.future();
    }

    private void closeWhenConsumed(int checks, Promise<Void> closed) {
        if (!intake.isEmpty() && checks > 0 && !consumerEnded) {
            session.loop()
                    .schedule(() -> closeWhenConsumed(checks - 1, closed), CLOSE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            intake.acknowledge();
            session.close().onComplete(closed);
        }
    }

    /** Disconnects at once. Messages that the consumer still has are not acknowledged. */
    public Future<Void> abandon() {
        return session.close();
    }

    @Override
    public void connected(MqttConnection opened, ServerLimits serverLimits, boolean present) {
        connection = opened;
        intake.connected(opened, present);
        subscriptions.connected(opened, serverLimits, present);
        // What was finished since the last connection must be known before the broker delivers it again.
        intake.acknowledge();
        intake.pauseWhenFull();
    }

    @Override
    public Next lost(Loss loss) {
        connection = null;
        LossCause cause = subscriptions.lost(loss);
        if (channel == null && cause != LossCause.OTHER) {
            // Those who have nothing to do with it should not notice.
            return cause == LossCause.FOUND ? Next.AT_ONCE : Next.SOON;
        }
        // If the gateway itself gave the connection up, a new one may work at once. A broker that has closed the
        // connection or has broken the standard would probably do it again.
        return loss.byBroker() || loss.failure() != null ? Next.AFTER_BACKOFF : Next.SOON;
    }

    @Override
    public void unreachable() {
        subscriptions.unreachable();
    }

    @Override
    public void received(MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case PUBLISH -> intake.published((MqttPublishMessage) packet);
            case PUBREL -> intake.pubrel(packet);
            case SUBACK -> subscriptions.acknowledged((MqttSubAckMessage) packet);
            case UNSUBACK -> subscriptions.unsubscribed(packet);
            default -> throw PacketException.unexpected(packet.fixedHeader().messageType());
        }
    }

    @Override
    public void skipped(SkippedPublish skipped) {
        intake.skipped(skipped);
    }
}
