package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.queues.Queues;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.mqtt.LogText;
import org.mqttgateway.mqtt.RateLimitedWarning;
import org.mqttgateway.mqtt.Status;
import org.mqttgateway.mqtt.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Holds every message that came in until the consumer has acked it; only then the broker gets its PUBACK or PUBCOMP. Messages of QoS 1 and
 * 2 wait, in number bounded by their packet ids; those of QoS 0 are dropped when the buffer is full, because nothing else could stop them.
 */
final class Inbox implements BrokerConnection.Listener {

    /** How long acknowledgements wait for company at the most. */
    private static final long ACKNOWLEDGE_MILLIS = 1;

    private static final int CLOSE_CHECKS = 100;
    private static final long CLOSE_CHECK_MILLIS = 20;

    private final Vertx vertx;
    private final Context context;
    private final BrokerConnection connection;
    private final BrokerMetrics metrics;
    private final Subscription subscription;
    private final int maxPayload;

    private final UnicastProcessor<Message<byte[]>> arrived =
            UnicastProcessor.create(Queues.<Message<byte[]>>unbounded(1024).get(), null);
    private final Capacity capacity;
    private final RateLimitedWarning droppedWarning;
    private final RateLimitedWarning unwantedWarning;

    /** Acked from any thread, not yet acknowledged to the broker. */
    private final Queue<IncomingMessage> consumed = Queues.createMpscQueue();

    private final AtomicBoolean acknowledgeScheduled = new AtomicBoolean();

    private MqttClient client;
    private int epoch;

    Inbox(
            Vertx vertx,
            Context context,
            GatewaySettings settings,
            BrokerAddress address,
            TopicFilter filter,
            MqttQoS qos,
            BrokerMetrics metrics) {
        this.vertx = vertx;
        this.context = context;
        this.metrics = metrics;
        this.maxPayload = (int) settings.maxMessageSize().asLongValue();
        this.capacity =
                new Capacity(settings.maxQueued(), settings.maxQueuedSize().asLongValue());
        this.subscription = new Subscription(vertx, filter, qos);
        this.connection = new BrokerConnection(vertx, context, address, metrics, this);
        this.droppedWarning = new RateLimitedWarning(connection.log());
        this.unwantedWarning = new RateLimitedWarning(connection.log());
    }

    BrokerConnection connection() {
        return connection;
    }

    /** Of the connection while there is none, else of the subscription. */
    Status status() {
        return connection.status().ok() ? subscription.status() : connection.status();
    }

    Subscription subscription() {
        return subscription;
    }

    /** The messages, on a worker thread: a consumer may block without holding up the connection. */
    Multi<Message<byte[]>> messages() {
        return arrived.emitOn(Infrastructure.getDefaultWorkerPool());
    }

    @Override
    public void prepare(MqttClient client) {
        this.client = client;
        client.publishHandler(this::received);
        subscription.prepare(client);
    }

    @Override
    public void connected() {
        subscription.subscribe(connection);
    }

    @Override
    public void lost() {
        epoch++;
        subscription.lost();
    }

    /** Waits a little for the consumer, acknowledges what it has consumed, and disconnects. */
    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        context.runOnContext(v -> closeWhenConsumed(CLOSE_CHECKS, closed));
        return closed.future();
    }

    private void closeWhenConsumed(int checks, Promise<Void> closed) {
        if (capacity.held() > 0 && checks > 0) {
            vertx.setTimer(CLOSE_CHECK_MILLIS, id -> closeWhenConsumed(checks - 1, closed));
        } else {
            acknowledgeConsumed();
            connection.close().onComplete(closed);
        }
    }

    private void received(MqttPublishMessage message) {
        int size = message.payload().length();
        String topic = message.topicName();
        if (size > maxPayload) {
            connection
                    .log()
                    .error(
                            "A message of %d bytes on %s is larger than mqtt.max-message-size (%d bytes) and was not consumed."
                                    + " Raise mqtt.max-message-size (MQTT_MAX_MESSAGE_SIZE)",
                            size, LogText.escape(topic), maxPayload);
        } else if (!subscription.filter().matches(topic)) {
            unwanted(message);
        } else if (!admit(message.qosLevel(), size)) {
            metrics.dropped();
            droppedWarning.occurred(
                    "%d QoS 0 messages dropped: the consumer is slower than they come. The last one was on %s",
                    LogText.escape(topic));
        } else {
            arrived.onNext(new IncomingMessage(message, this, epoch));
        }
        // While the client reads, what it writes leaves with one system call at the end of the read.
        acknowledgeConsumed();
    }

    /** QoS 1 and 2 always: the broker would deliver them again. */
    private boolean admit(MqttQoS qos, int size) {
        if (qos == MqttQoS.AT_MOST_ONCE) {
            return capacity.tryAdd(size);
        }
        capacity.add(size);
        return true;
    }

    /** The session that the broker kept has a subscription from before mqtt.topic was changed: end it, as far as its filter can be told. */
    private void unwanted(MqttPublishMessage message) {
        String topic = message.topicName();
        unwantedWarning.occurred(
                "%d messages dropped that mqtt.topic does not match: the broker's session has an older subscription. Unsubscribing %s",
                LogText.escape(topic));
        client.unsubscribe(topic);
        acknowledge(message);
    }

    /** The consumer is done with the message; from any thread. */
    void consumed(IncomingMessage message) {
        release(message);
        metrics.consumed(message.received().qosLevel());
        if (message.received().qosLevel() == MqttQoS.AT_MOST_ONCE) {
            return;
        }
        consumed.offer(message);
        if (capacity.held() == 0) {
            // The broker may wait for this one before it sends more.
            context.runOnContext(v -> acknowledgeConsumed());
        } else if (acknowledgeScheduled.compareAndSet(false, true)) {
            context.runOnContext(v -> vertx.setTimer(ACKNOWLEDGE_MILLIS, id -> {
                acknowledgeScheduled.set(false);
                acknowledgeConsumed();
            }));
        }
    }

    /** The consumer failed: no acknowledgement, so that the broker delivers the message again on the next connection. */
    void refused(IncomingMessage message) {
        release(message);
    }

    private void release(IncomingMessage message) {
        capacity.remove(message.getPayload().length);
    }

    private void acknowledgeConsumed() {
        for (IncomingMessage message = consumed.poll(); message != null; message = consumed.poll()) {
            if (message.epoch() == epoch) {
                acknowledge(message.received());
            }
        }
    }

    private void acknowledge(MqttPublishMessage message) {
        if (message.qosLevel() != MqttQoS.AT_MOST_ONCE && client.isConnected()) {
            message.ack();
        }
    }
}
