package org.mqttgateway.mqtt.receive;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.mqttgateway.base.Held;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.receive.IncomingPublish.Arrival;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.subscribe.Subscriptions;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * Hands messages to the consumer and acknowledges those that it is done with. When those that wait weigh too much, the socket is not read, and the others wait at the broker. Used on
 * the event loop of the session, but for what the consumer calls.
 */
public final class Intake {

    /** The longest time for which an acknowledgement waits so that others can leave together with it. */
    private static final long ACKNOWLEDGE_MILLIS = 1;

    private final MqttSession session;
    private final Held waiting;
    private final Consumer<IncomingPublish> consumer;
    private final Subscriptions subscriptions;
    private final Leftovers leftovers;
    private final LeftOut leftOut;
    private final Content content = new Content();
    private final IncomingFlow flow = new IncomingFlow();

    /** Messages that the consumer has finished with, on any thread, and that the event loop has not handled yet. */
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();

    private record Finished(Acknowledgement acknowledgement, Acknowledgement.State state) {}

    /** One for all messages. */
    private final BiConsumer<IncomingPublish, Acknowledgement.State> whenFinished = this::finished;

    private final AtomicBoolean acknowledgeScheduled = new AtomicBoolean();

    /** Whether the socket is not read because too much waits for the consumer. */
    private volatile boolean paused;

    /** The present one, or the last one; null before the first. */
    private MqttConnection connection;

    /** Whether the session is that of an earlier connection. */
    private boolean resumed;

    /**
     * @param only the filter of the only subscription; null if there may be several
     * @param waiting counts the messages that wait for the consumer
     * @param consumer called on the event loop, so it must not block
     */
    public Intake(
            MqttSession session,
            Subscriptions subscriptions,
            TopicFilter only,
            Held waiting,
            SessionMetrics metrics,
            Consumer<IncomingPublish> consumer) {
        this.session = session;
        this.subscriptions = subscriptions;
        this.leftovers = new Leftovers(only);
        this.leftOut = new LeftOut(session, metrics);
        this.waiting = waiting;
        this.consumer = consumer;
    }

    /** Whether the consumer is done with all messages. May be called from any thread. */
    public boolean isEmpty() {
        return waiting.number() == 0;
    }

    /** There is a new connection. */
    public void connected(MqttConnection opened, boolean sessionPresent) {
        connection = opened;
        resumed = sessionPresent;
        paused = false;
        leftovers.connected(sessionPresent);
        flow.connected(opened, sessionPresent);
    }

    /** A message has come. */
    public void published(MqttPublishMessage packet) {
        MqttQoS qos = packet.fixedHeader().qosLevel();
        int packetId = qos == MqttQoS.AT_MOST_ONCE ? 0 : packet.variableHeader().packetId();
        boolean dup = packet.fixedHeader().isDup();
        String topic = packet.variableHeader().topicName();
        byte[] payload = ByteBufUtil.getBytes(packet.payload());
        Acknowledgement owed = packetId == 0 ? null : new Acknowledgement(qos, packetId, content.of(topic, payload));
        if (owed != null && !flow.isNew(owed, dup)) {
            return;
        }
        if (leftovers.has(topic)) {
            if (leftOut.older(topic)) {
                // This ends the older subscription if its filter is the topic itself.
                subscriptions.unsubscribe(topic);
            }
            acknowledgeUnseen(owed);
        } else if (owed == null && waiting.isCrowded()) {
            leftOut.crowded(topic);
        } else {
            take(new IncomingPublish(
                    whenFinished,
                    topic,
                    payload,
                    qos,
                    packet.fixedHeader().isRetain(),
                    dup ? Arrival.AGAIN : resumed ? Arrival.IN_RESUMED_SESSION : Arrival.FIRST,
                    owed,
                    packet.variableHeader().properties(),
                    propertiesSize(packet, qos)));
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

    private void take(IncomingPublish publish) {
        if (publish.acknowledgement != null) {
            flow.add(publish.acknowledgement);
        }
        waiting.add(publish.weight());
        consumer.accept(publish);
        pauseWhenFull();
    }

    /** A message has come that the session cannot use. */
    public void skipped(SkippedPublish skipped) {
        Acknowledgement owed = skipped.packetId() == 0
                ? null
                : new Acknowledgement(skipped.qos(), skipped.packetId(), Content.of(skipped.topic(), skipped.size()));
        if (owed == null || flow.isNew(owed, skipped.dup())) {
            leftOut.skipped(skipped);
            acknowledgeUnseen(owed);
        }
    }

    /** Acknowledges a message that no consumer gets, in its turn; null for one of QoS 0. */
    private void acknowledgeUnseen(Acknowledgement owed) {
        if (owed != null) {
            owed.state = Acknowledgement.State.CONSUMED;
            flow.add(owed);
            flow.acknowledge();
        }
    }

    /** PUBREL of QoS 2. */
    public void pubrel(MqttMessage packet) {
        flow.pubrel(packet);
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

    /** Acknowledges what the consumer is done with, and reads the socket again if there is room again. */
    public void acknowledge() {
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

    /** Reads no more while too much waits. */
    public void pauseWhenFull() {
        if (waiting.isFull() && !paused) {
            paused = true;
            connection.read(false);
        }
    }
}
