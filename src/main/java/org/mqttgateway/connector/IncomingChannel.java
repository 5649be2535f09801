package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttVersion;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.queues.Queues;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.Held;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.subscribe.Wish;

/** The start of an incoming channel: turns what a session receives into messages of SmallRye. */
public final class IncomingChannel {

    /** Unbounded, because the session limits what waits here. */
    private final UnicastProcessor<Message<byte[]>> arrived =
            UnicastProcessor.create(Queues.<Message<byte[]>>unbounded(1024).get(), null);

    private final ReceivingSession session;
    private final boolean blocking;

    /**
     * @param wish what is subscribed
     * @param blocking whether the consumer may block its thread
     * @param waiting counts the messages that wait for the consumer
     */
    IncomingChannel(
            Vertx vertx, ConnectOptions options, Wish wish, boolean blocking, Held waiting, BrokerMetrics metrics) {
        this.blocking = blocking;
        session = new ReceivingSession(
                vertx,
                EventLoops.next(vertx),
                options,
                wish,
                waiting,
                metrics,
                publish -> arrived.onNext(new IncomingMessage(publish, metrics)));
    }

    /**
     * The messages: on a worker thread if the consumer may block, so that it does not hold up the connection; otherwise on an event loop,
     * for the change of threads costs about a quarter of what the gateway needs for a message. To subscribe to this stream opens the
     * connection.
     */
    public Multi<Message<byte[]>> messages() {
        Multi<Message<byte[]>> messages = blocking ? arrived.emitOn(Infrastructure.getDefaultWorkerPool()) : arrived;
        return messages.onSubscription().invoke(session::open);
    }

    /** The status of the connection while there is none, otherwise that of the subscription. */
    Status status() {
        return session.status();
    }

    /** The version that is spoken now; null while there is no connection. */
    MqttVersion version() {
        return session.version();
    }

    /** Whether the broker has refused the subscription, and has not granted it since. May be called from any thread. */
    public boolean isRefused() {
        return session.isRefused();
    }

    /** The consumer will not be done with what it still has, so a stop of the gateway need not wait for it. May be called from any thread. */
    public void consumerEnded() {
        session.consumerEnded();
    }

    /** Waits a little for the consumer, acknowledges what it has consumed, and disconnects. */
    Future<Void> close() {
        return session.close();
    }

    /** Disconnects at once. */
    Future<Void> abandon() {
        return session.abandon();
    }
}
