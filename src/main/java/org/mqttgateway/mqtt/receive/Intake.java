package org.mqttgateway.mqtt.receive;

import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.mqttgateway.base.Held;
import org.mqttgateway.mqtt.session.MqttSession;
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
    private final Runnable whenReadAgain;
    private final IncomingFlow flow = new IncomingFlow();

    /** Messages that the consumer has finished with, on any thread, and that the event loop has not handled yet. */
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();

    private record Finished(Acknowledgement acknowledgement, Acknowledgement.State state) {}

    /** One for all messages. */
    private final BiConsumer<IncomingPublish, Acknowledgement.State> whenFinished = this::finished;

    private final AtomicBoolean acknowledgeScheduled = new AtomicBoolean();

    /** Whether the socket is not read because too much waits for the consumer. */
    private volatile boolean paused;

    private MqttConnection connection;

    /**
     * @param waiting counts the messages that wait for the consumer
     * @param consumer called on the event loop, so it must not block
     * @param whenReadAgain called when the socket is read again after a pause
     */
    public Intake(MqttSession session, Held waiting, Consumer<IncomingPublish> consumer, Runnable whenReadAgain) {
        this.session = session;
        this.waiting = waiting;
        this.consumer = consumer;
        this.whenReadAgain = whenReadAgain;
    }

    /** What a message calls when the consumer is done with it, on any thread. */
    public BiConsumer<IncomingPublish, Acknowledgement.State> whenFinished() {
        return whenFinished;
    }

    /** Whether as many messages wait as may, so that another one of QoS 0 is dropped. */
    public boolean isCrowded() {
        return waiting.isCrowded();
    }

    /** Whether the consumer is done with all messages. May be called from any thread. */
    public boolean isEmpty() {
        return waiting.number() == 0;
    }

    /** There is a new connection. */
    public void connected(MqttConnection opened, boolean sessionPresent) {
        connection = opened;
        paused = false;
        flow.connected(opened, sessionPresent);
    }

    /** The connection is lost. */
    public void lost() {
        connection = null;
    }

    /** Whether the consumer does not have the message yet; see {@link IncomingFlow#isNew}. */
    public boolean isNew(Acknowledgement owed, boolean dup) {
        return flow.isNew(owed, dup);
    }

    /** Hands a message to the consumer. */
    public void take(IncomingPublish publish) {
        if (publish.acknowledgement != null) {
            flow.add(publish.acknowledgement);
        }
        waiting.add(publish.weight());
        consumer.accept(publish);
        pauseWhenFull();
    }

    /** Acknowledges a message that no consumer gets, in its turn; null for one of QoS 0. */
    public void leaveOut(Acknowledgement owed) {
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
                whenReadAgain.run();
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
