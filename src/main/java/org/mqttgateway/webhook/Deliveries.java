package org.mqttgateway.webhook;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.connector.message.ReceivedMessage;
import org.mqttgateway.webhook.post.Answer;
import org.mqttgateway.webhook.post.Answer.Meaning;
import org.mqttgateway.webhook.post.Delivery;
import org.mqttgateway.webhook.post.Delivery.Taken;

/**
 * Delivers the messages of the channel: those of one topic in order, several topics at the same time. Each message is sent until it is
 * taken, refused, or its attempts are spent; only then is it acked. Everything happens on one context; only {@link #accept}, {@link #stop}
 * and {@link #waiting} may be called from any thread.
 */
final class Deliveries {

    /** Most messages that are held here. The broker keeps the others. */
    private static final int MAX_WAITING = 1_000;

    private static final long MAX_WAITING_BYTES = 16 << 20;

    /**
     * Most bytes of the bodies of the requests that are under way. What the next body has is known when it is made, and may be six times as much as its
     * message weighs, because JSON writes a control character as {@code \u0001}.
     */
    private static final long MAX_SENDING_BYTES = 8 << 20;

    private record Arrival(Delivery delivery, Source source) {}

    /** How many requests may be under way. */
    private enum Flow {
        /** As many as the operator has set. */
        OPEN,
        /** None: the endpoint is gone. */
        PAUSED,
        /** One, which finds out whether it is back. */
        TRIAL
    }

    private final Vertx vertx;
    private final Context context;
    private final Function<Delivery, Future<Answer>> endpoint;
    private final Verdicts verdicts;
    private final int concurrency;
    private final Duration pause;
    private final Room room = new Room(MAX_WAITING, MAX_WAITING_BYTES);
    private final Topics topics = new Topics();
    private final Map<String, Arrival> byId = new HashMap<>();
    private final Promise<Void> stopped = Promise.promise();
    private Flow flow = Flow.OPEN;
    private int sending;
    /** Answered, and not ended yet: the log may be slow. */
    private int judged;

    private long sendingBytes;

    /** Of the answers that are to be published. While the broker takes none, no more are asked for. */
    private long replyBytes;

    private boolean stopping;

    /**
     * @param concurrency most requests that are under way
     * @param pause how long nothing is sent to an endpoint that is gone
     */
    Deliveries(
            Vertx vertx,
            Context context,
            Function<Delivery, Future<Answer>> endpoint,
            Verdicts verdicts,
            int concurrency,
            Duration pause) {
        this.vertx = vertx;
        this.context = context;
        this.endpoint = endpoint;
        this.verdicts = verdicts;
        this.concurrency = concurrency;
        this.pause = pause;
    }

    /** Accepts a message of a session. The result completes when there is room for the next one. */
    CompletionStage<Void> accept(Source source, Message<byte[]> message, ReceivingMqttMessageMetadata metadata) {
        Instant receivedAt = Instant.now();
        Taken taken = new Taken(message, ReceivedMessage.weight(message.getPayload(), metadata));
        CompletionStage<Void> next = room.enter(taken.weight());
        context.runOnContext(v -> arrive(source, taken, metadata, receivedAt));
        return next;
    }

    /** How many messages are held. */
    int waiting() {
        return room.held();
    }

    /**
     * Starts no more requests. The future ends when those under way have ended, each by its deadline at the latest. Messages that are not
     * delivered by then stay unacknowledged.
     */
    Future<Void> stop() {
        context.runOnContext(v -> {
            stopping = true;
            completeStop();
        });
        return stopped.future();
    }

    private void arrive(Source source, Taken message, ReceivingMqttMessageMetadata metadata, Instant receivedAt) {
        String id = source.idOf(metadata, message.message().getPayload());
        Arrival known = byId.get(id);
        if (known != null) {
            known.delivery().also(message);
            return;
        }
        Delivery delivery = new Delivery(id, message, metadata, receivedAt);
        byId.put(id, new Arrival(delivery, source));
        source.add(delivery);
        topics.add(delivery);
        send();
    }

    private void send() {
        while (!stopping && mayStart(topics.peek())) {
            Delivery delivery = topics.poll();
            sending++;
            Future<Answer> answered = endpoint.apply(delivery);
            int body = delivery.bodyLength();
            sendingBytes += body;
            answered.onSuccess(answer -> {
                sendingBytes -= body;
                answered(delivery, answer);
            });
        }
    }

    private boolean mayStart(Delivery delivery) {
        if (delivery == null || sending >= concurrency) {
            return false;
        }
        boolean fits = sending == 0 || sendingBytes + delivery.weight() <= MAX_SENDING_BYTES;
        return fits && (delivery.step() != Delivery.Step.POST || mayPost());
    }

    /** Replies and dead letters go to the broker, so an endpoint that is gone does not hold them up. */
    private boolean mayPost() {
        return replyBytes < MAX_SENDING_BYTES && (flow == Flow.OPEN || flow == Flow.TRIAL && sending == 0);
    }

    private void answered(Delivery delivery, Answer answer) {
        sending--;
        judged++;
        if (answer.meaning() == Meaning.GONE) {
            pause();
        } else if (flow == Flow.TRIAL && delivery.step() == Delivery.Step.POST) {
            flow = Flow.OPEN;
        }
        verdicts.on(delivery, answer).onComplete(verdict -> {
            judged--;
            switch (verdict.result()) {
                case AGAIN ->
                    sendAfter(
                            answer.delayMillis(
                                    delivery.failures(),
                                    ThreadLocalRandom.current().nextDouble()),
                            delivery);
                case NEXT -> {
                    replyBytes += delivery.replyBytes();
                    again(delivery);
                }
                case DONE -> end(delivery);
            }
            completeStop();
        });
        send();
    }

    private void sendAfter(long millis, Delivery delivery) {
        vertx.setTimer(millis, timer -> again(delivery));
    }

    private void again(Delivery delivery) {
        if (delivery.step() == Delivery.Step.POST) {
            topics.again(delivery);
        } else {
            // What is held for the broker makes room for what is to be posted.
            topics.first(delivery);
        }
        send();
    }

    private void pause() {
        if (flow != Flow.PAUSED) {
            flow = Flow.PAUSED;
            vertx.setTimer(pause.toMillis(), timer -> {
                flow = Flow.TRIAL;
                send();
            });
        }
    }

    private void end(Delivery delivery) {
        topics.ended(delivery);
        replyBytes -= delivery.replyBytes();
        Source source = byId.remove(delivery.id()).source();
        for (Taken taken : delivery.end()) {
            taken.message().ack();
            room.leave(taken.weight());
        }
        source.ended();
        send();
    }

    private void completeStop() {
        if (stopping && sending == 0 && judged == 0) {
            stopped.tryComplete();
        }
    }
}
