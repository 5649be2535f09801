package org.mqttgateway.mqtt;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.mqttgateway.base.Held;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.receive.Acknowledgement;
import org.mqttgateway.mqtt.receive.IncomingFlow;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.receive.Subscription;
import org.mqttgateway.mqtt.receive.SubscriptionListener;
import org.mqttgateway.mqtt.receive.Subscriptions;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.RateLimitedWarning;
import org.mqttgateway.mqtt.session.SessionHandler;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * A session that receives what a topic filter matches and hands each message to a consumer, which says when it is done with the message.
 * When the messages that wait for the consumer take too much memory, the socket is not read, and the other messages wait at the broker.
 */
public final class ReceivingSession implements SessionHandler {

    /** The longest time for which an acknowledgement waits so that others can leave together with it. */
    private static final long ACKNOWLEDGE_MILLIS = 1;

    private static final int CLOSE_CHECKS = 100;
    private static final long CLOSE_CHECK_MILLIS = 20;

    private final MqttSession session;
    private final int maxPayload;
    private final SessionMetrics metrics;
    private final Consumer<IncomingPublish> consumer;
    private final Subscriptions subscriptions = new Subscriptions();

    /** The subscription that was given to the constructor; null if the session has only those of {@link #subscribe}. */
    private final Subscription subscription;

    private final Held waiting;
    private final IncomingFlow flow = new IncomingFlow();
    private final RateLimitedWarning droppedWarning;
    private final RateLimitedWarning leftoverWarning;
    private final RateLimitedWarning skippedWarning;

    /** Messages that the consumer has finished with, on any thread, and that the event loop has not handled yet. */
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();

    private record Finished(Acknowledgement acknowledgement, Acknowledgement.State state) {}

    /** One for all messages. */
    private final BiConsumer<IncomingPublish, Acknowledgement.State> whenFinished = this::finished;

    private final AtomicBoolean acknowledgeScheduled = new AtomicBoolean();

    /** Whether the socket is not read because too much waits for the consumer. */
    private volatile boolean paused;

    /** Whether the consumer is not done with any other message. */
    private volatile boolean consumerEnded;

    private MqttConnection connection;
    private boolean sessionPresent;

    /**
     * A session with one subscription for as long as it is open.
     *
     * @param waiting counts the messages that wait for the consumer: when there are too many of them, another one of QoS 0 is dropped; when they weigh
     *     too much, the socket is not read
     * @param consumer called on the event loop, so it must not block
     */
    public ReceivingSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            TopicFilter filter,
            MqttQoS qos,
            Held waiting,
            SessionMetrics metrics,
            Consumer<IncomingPublish> consumer,
            SubscriptionListener listener) {
        this.metrics = metrics;
        this.maxPayload = options.maxPayload();
        this.consumer = consumer;
        this.waiting = waiting;
        this.session = new MqttSession(vertx, context, options, metrics, this, System::nanoTime);
        this.subscription = filter == null
                ? null
                : new Subscription(filter, qos, session, listener, subscriptions::nextPacketId, false);
        if (subscription != null) {
            subscriptions.add(subscription);
        }
        this.droppedWarning = new RateLimitedWarning(session);
        this.leftoverWarning = new RateLimitedWarning(session);
        this.skippedWarning = new RateLimitedWarning(session);
    }

    /** A session without a subscription at first; {@link #subscribe} adds them. */
    public ReceivingSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            Held waiting,
            SessionMetrics metrics,
            Consumer<IncomingPublish> consumer) {
        this(vertx, context, options, null, null, waiting, metrics, consumer, null);
    }

    /** Connects and subscribes, and does so again whenever the connection is lost. */
    public void open() {
        session.open();
    }

    /**
     * Adds a subscription; it replaces one with the same filter. May be called from any thread. The log does not mention the subscription.
     */
    public void subscribe(TopicFilter filter, MqttQoS qos, SubscriptionListener listener) {
        session.loop().execute(() -> add(filter, qos, listener));
    }

    /**
     * Does the same, and sends a PINGREQ right behind the SUBSCRIBE. {@code answered} is called on the event loop when the broker has answered
     * it; never, if there is no connection now or if it is lost before.
     */
    public void subscribeAndPing(TopicFilter filter, MqttQoS qos, SubscriptionListener listener, Runnable answered) {
        // In one task, so that the broker's answer to the first cannot come before the second is sent.
        session.loop().execute(() -> {
            add(filter, qos, listener);
            pingNow(answered);
        });
    }

    private void add(TopicFilter filter, MqttQoS qos, SubscriptionListener listener) {
        subscriptions.add(new Subscription(filter, qos, session, listener, subscriptions::nextPacketId, true));
    }

    /** Ends a subscription of {@link #subscribe}. May be called from any thread. */
    public void unsubscribe(TopicFilter filter) {
        session.loop().execute(() -> subscriptions.remove(filter));
    }

    /**
     * Sends a PINGREQ (section 3.12) and calls {@code answered} on the event loop when the broker has answered. Everything that the broker
     * had sent before its answer has been received by then. If the connection is lost before, {@code answered} is never called.
     */
    public void ping(Runnable answered) {
        session.loop().execute(() -> pingNow(answered));
    }

    private void pingNow(Runnable answered) {
        if (connection != null && connection.isOpen()) {
            connection.ping(answered);
        }
    }

    /** The status of the connection while there is none, otherwise that of the subscription given to the constructor. */
    public Status status() {
        Status connected = session.status();
        if (subscription == null) {
            return connected;
        }
        if (!connected.ok()) {
            return subscription.isRefused() ? subscription.status() : connected;
        }
        Status subscribed = subscription.status();
        return subscribed.ok() ? new Status(true, subscribed.text() + ", " + connected.text()) : subscribed;
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
        if (waiting.number() > 0 && checks > 0 && !consumerEnded) {
            session.loop()
                    .schedule(() -> closeWhenConsumed(checks - 1, closed), CLOSE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            acknowledge();
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
        paused = false;
        sessionPresent = present;
        flow.connected(opened, present);
        subscriptions.connected(opened, serverLimits, present);
        // What was finished since the last connection must be known before the broker delivers it again.
        acknowledge();
        pauseWhenFull();
    }

    @Override
    public Next lost(Loss loss) {
        connection = null;
        subscriptions.lost(loss.mayBeForAMessage());
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
            case PUBLISH -> published((MqttPublishMessage) packet);
            case PUBREL -> flow.pubrel(packet);
            case SUBACK -> subscriptions.acknowledged((MqttSubAckMessage) packet);
            case UNSUBACK -> {
                // Whatever the answer is, there is nothing more to do about an old subscription.
            }
            default -> throw PacketException.unexpected(packet.fixedHeader().messageType());
        }
    }

    private void published(MqttPublishMessage packet) {
        MqttQoS qos = packet.fixedHeader().qosLevel();
        int packetId = qos == MqttQoS.AT_MOST_ONCE ? 0 : packet.variableHeader().packetId();
        boolean dup = packet.fixedHeader().isDup();
        String topic = packet.variableHeader().topicName();
        if (packetId != 0 && !flow.isNew(qos, packetId, dup)) {
            return;
        }
        Acknowledgement owed = packetId == 0 ? null : new Acknowledgement(qos, packetId, Acknowledgement.State.HELD);
        IncomingPublish publish = new IncomingPublish(
                whenFinished,
                topic,
                ByteBufUtil.getBytes(packet.payload()),
                qos,
                packet.fixedHeader().isRetain(),
                dup,
                owed,
                packet.variableHeader().properties(),
                propertiesSize(packet, qos));
        if (subscription != null && sessionPresent && !subscription.filter().matches(topic)) {
            leftover(topic, qos, packetId);
        } else if (packetId == 0 && waiting.isCrowded()) {
            metrics.dropped(SessionMetrics.Dropped.QUEUE);
            droppedWarning.occurred(
                    "%d QoS 0 messages dropped: they come faster than the consumer takes them. The last one was on %s",
                    LogText.escape(topic));
        } else {
            if (owed != null) {
                flow.add(owed);
            }
            waiting.add(publish.weight());
            consumer.accept(publish);
            pauseWhenFull();
        }
        // Acknowledgements that are written while packets are read leave together at the end of the read, with one
        // system call.
        acknowledge();
    }

    /** The bytes of the properties on the wire, roughly. */
    private static int propertiesSize(MqttPublishMessage packet, MqttQoS qos) {
        int topicSize = ByteBufUtil.utf8Bytes(packet.variableHeader().topicName());
        int idSize = qos == MqttQoS.AT_MOST_ONCE ? 0 : 2;
        return packet.fixedHeader().remainingLength() - packet.payload().readableBytes() - 2 - topicSize - idSize;
    }

    /**
     * Drops a message of a subscription that the kept session still has from before the filter was changed, and ends that subscription if
     * its filter is the topic itself.
     */
    private void leftover(String topic, MqttQoS qos, int packetId) {
        metrics.dropped(SessionMetrics.Dropped.LEFTOVER);
        boolean said = leftoverWarning.occurred(
                "%d messages dropped that mqtt.topic does not match: the broker's session has an older subscription. Unsubscribing %s",
                LogText.escape(topic));
        if (said) {
            subscription.unsubscribe(topic);
        }
        acknowledgeUnseen(qos, packetId);
    }

    @Override
    public void skipped(SkippedPublish skipped) {
        if (skipped.packetId() != 0 && !flow.isNew(skipped.qos(), skipped.packetId(), skipped.dup())) {
            return;
        }
        String topic = LogText.escape(skipped.topic());
        switch (skipped.reason()) {
            case SIZE -> {
                metrics.dropped(SessionMetrics.Dropped.SIZE);
                skippedWarning.occurred(
                        "%d messages larger than mqtt.max-message-size (" + maxPayload
                                + " bytes) were not consumed. Raise mqtt.max-message-size (MQTT_MAX_MESSAGE_SIZE). The last one was %s",
                        skipped.size() + " bytes on " + topic);
            }
            case TOPIC -> {
                metrics.dropped(SessionMetrics.Dropped.TOPIC);
                skippedWarning.occurred(
                        "%d messages dropped whose packet breaks the standard: the topic name is empty, has a wildcard or U+0000, or is not UTF-8."
                                + " The last one was on \"%s\"",
                        topic);
            }
            case PROPERTY -> {
                metrics.dropped(SessionMetrics.Dropped.PROPERTY);
                skippedWarning.occurred(
                        "%d messages dropped whose packet breaks the standard: a text of the properties has U+0000 or is not UTF-8."
                                + " The last one was on \"%s\"",
                        topic);
            }
        }
        acknowledgeUnseen(skipped.qos(), skipped.packetId());
    }

    /** Acknowledges a message that no consumer gets, in its turn. */
    private void acknowledgeUnseen(MqttQoS qos, int packetId) {
        if (packetId != 0) {
            flow.add(new Acknowledgement(qos, packetId, Acknowledgement.State.CONSUMED));
            flow.acknowledge();
        }
    }

    /** The consumer is done with a message. May be called from any thread. */
    private void finished(IncomingPublish publish, Acknowledgement.State state) {
        waiting.remove(publish.weight());
        if (publish.acknowledgement != null) {
            finished.offer(new Finished(publish.acknowledgement, state));
        } else if (!paused && waiting.number() > 0) {
            return;
        }
        if (waiting.number() == 0) {
            // The broker may wait for this acknowledgement before it sends more.
            session.loop().execute(this::acknowledge);
        } else if (acknowledgeScheduled.compareAndSet(false, true)) {
            session.loop()
                    .schedule(
                            () -> {
                                acknowledgeScheduled.set(false);
                                acknowledge();
                            },
                            ACKNOWLEDGE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void acknowledge() {
        for (Finished next = finished.poll(); next != null; next = finished.poll()) {
            next.acknowledgement().state = next.state();
        }
        if (connection != null && connection.isOpen()) {
            flow.acknowledge();
            if (paused && waiting.hasRoomAgain()) {
                paused = false;
                connection.read(true);
                subscriptions.readAgain();
            }
            if (flow.isClogged()) {
                session.reconnect(
                        "the consumer has refused messages, which the broker delivers again on a new connection only");
            }
        }
    }

    private void pauseWhenFull() {
        if (waiting.isFull() && !paused) {
            paused = true;
            connection.read(false);
        }
    }
}
