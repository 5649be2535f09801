package org.mqttgateway.connector;

import static org.mqttgateway.connector.PublishFailure.Reason.NOT_CONNECTED;
import static org.mqttgateway.connector.PublishFailure.Reason.OUTCOME_UNKNOWN;
import static org.mqttgateway.connector.PublishFailure.Reason.QUEUE_FULL;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.mutiny.helpers.queues.Queues;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Holds the messages of one connection from their acceptance until the broker has confirmed them or their deadline has passed: waiting
 * first, then {@link InFlight}. Only {@link #offer} and {@link #inFlight} may be called from any thread; all else happens on the context of
 * the connection.
 */
final class Outbox implements BrokerConnection.Listener {

    private final Vertx vertx;
    private final Context context;
    private final BrokerConnection connection;
    private final BrokerMetrics metrics;
    private final Capacity capacity;

    /** Accepted from any thread, not yet seen by the context. */
    private final Queue<PendingPublish> accepted = Queues.createMpscQueue();

    private final AtomicBoolean drainScheduled = new AtomicBoolean();

    private final Deque<PendingPublish> waiting = new ArrayDeque<>();
    private final InFlight inFlight;
    private MqttClient client;
    private boolean connected;
    private int epoch;

    private boolean deadlineTimerSet;

    /** @param capacity what all outboxes may hold together */
    Outbox(
            Vertx vertx,
            Context context,
            BrokerAddress address,
            InFlight inFlight,
            Capacity capacity,
            BrokerMetrics metrics) {
        this.vertx = vertx;
        this.context = context;
        this.inFlight = inFlight;
        this.capacity = capacity;
        this.metrics = metrics;
        this.connection = new BrokerConnection(vertx, context, address, metrics, this);
    }

    BrokerConnection connection() {
        return connection;
    }

    /** How many messages are sent and not confirmed. */
    int inFlight() {
        return inFlight.size();
    }

    /** Takes the message, or fails it at once if the buffer is full. */
    void offer(PendingPublish publish) {
        if (!capacity.tryAdd(publish.payload.length)) {
            metrics.failed(publish.qos, QUEUE_FULL);
            publish.fail(new PublishFailure(QUEUE_FULL, "too many messages wait for the broker already"));
            return;
        }
        accepted.offer(publish);
        if (drainScheduled.compareAndSet(false, true)) {
            context.runOnContext(v -> drain());
        }
    }

    /** Sends together what the event loop has accepted in one round: that costs both sides one look at the connection, not many. */
    private void drain() {
        drainScheduled.set(false);
        for (PendingPublish publish = accepted.poll(); publish != null; publish = accepted.poll()) {
            waiting.add(publish);
        }
        send();
    }

    @Override
    public void prepare(MqttClient client) {
        this.client = client;
        client.publishCompletionHandler(this::confirmed);
    }

    @Override
    public void connected() {
        connected = true;
        send();
    }

    @Override
    public void lost() {
        connected = false;
        epoch++;
        List<PendingPublish> unconfirmed = inFlight.clear();
        for (int i = unconfirmed.size() - 1; i >= 0; i--) {
            PendingPublish publish = unconfirmed.get(i);
            if (publish.qos == MqttQoS.EXACTLY_ONCE) {
                fail(
                        publish,
                        OUTCOME_UNKNOWN,
                        "the connection was lost before the broker confirmed the QoS 2 message, which is never sent twice");
            } else {
                waiting.addFirst(publish);
            }
        }
    }

    private void send() {
        while (connected && !waiting.isEmpty() && inFlight.hasRoom()) {
            send(waiting.poll());
        }
        if (connected && inFlight.isBlockedByAbandoned()) {
            connected = false;
            connection.reconnect(
                    "the broker has not confirmed a publish while it confirmed " + InFlight.ID_WINDOW + " later ones");
        }
        watchDeadlines();
    }

    private void send(PendingPublish publish) {
        boolean duplicate = publish.sent && publish.qos == MqttQoS.AT_LEAST_ONCE;
        inFlight.add(publish);
        int sentIn = epoch;
        client.publish(publish.topic, Buffer.buffer(publish.payload), publish.qos, duplicate, publish.retain)
                .onSuccess(packetId -> {
                    if (sentIn == epoch && inFlight.written(publish, packetId)) {
                        confirm(publish);
                    }
                });
        // A failed write needs no handler: the connection is lost then, and lost() has the message.
    }

    private void confirmed(int packetId) {
        PendingPublish publish = inFlight.confirmed(packetId);
        if (publish != null) {
            confirm(publish);
        }
    }

    private void confirm(PendingPublish publish) {
        capacity.remove(publish.payload.length);
        metrics.confirmed(publish.qos, System.nanoTime() - publish.accepted);
        publish.confirm();
        if (!waiting.isEmpty()) {
            send();
        }
    }

    private void fail(PendingPublish publish, PublishFailure.Reason reason, String message) {
        capacity.remove(publish.payload.length);
        metrics.failed(publish.qos, reason);
        publish.fail(new PublishFailure(reason, message));
    }

    /** All messages have the same time to live and keep their order, so one timer for the eldest is enough. */
    private void watchDeadlines() {
        if (deadlineTimerSet) {
            return;
        }
        PendingPublish eldest = inFlight.eldest() != null ? inFlight.eldest() : waiting.peek();
        if (eldest != null) {
            deadlineTimerSet = true;
            long millis = (eldest.deadline - System.nanoTime()) / 1_000_000 + 1;
            vertx.setTimer(Math.max(1, millis), id -> expire());
        }
    }

    private void expire() {
        deadlineTimerSet = false;
        long now = System.nanoTime();
        for (PendingPublish late = inFlight.expired(now); late != null; late = inFlight.expired(now)) {
            fail(late, OUTCOME_UNKNOWN, "the broker did not confirm the message in time");
        }
        while (!waiting.isEmpty() && waiting.peek().deadline - now <= 0) {
            PendingPublish late = waiting.poll();
            if (late.sent) {
                fail(late, OUTCOME_UNKNOWN, "the connection was lost before the broker confirmed the message");
            } else {
                fail(
                        late,
                        NOT_CONNECTED,
                        connected ? "the broker took no more messages in time" : "not connected to the broker");
            }
        }
        send();
    }
}
