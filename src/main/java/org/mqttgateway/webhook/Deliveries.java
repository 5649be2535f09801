package org.mqttgateway.webhook;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Delivers what the channel brings: in order for each topic, some topics at a time, each message until it is taken, refused, or its attempts are
 * spent. Then it is acked, and not before. All of it happens on one context; only {@link #accept}, {@link #stop} and {@link #waiting} are
 * called from elsewhere.
 */
final class Deliveries {

    /** What waits here waits for nothing but its turn; the broker keeps the rest. */
    private static final int MAX_WAITING = 1_000;

    private static final long MAX_WAITING_BYTES = 16 << 20;

    /** Bytes of the messages of requests under way, whose bodies are up to six times as long: a control character becomes {@code \u0001}. */
    private static final long MAX_SENDING_BYTES = 8 << 20;

    private final Vertx vertx;
    private final Context context;
    private final Function<Delivery, Future<Answer>> endpoint;
    private final MessageIds ids;
    private final Verdicts verdicts;
    private final int concurrency;
    private final Room room = new Room(MAX_WAITING, MAX_WAITING_BYTES);
    private final Topics topics = new Topics();
    private final Map<String, Delivery> byId = new HashMap<>();
    private final Deque<Delivery> arrived = new ArrayDeque<>();
    private final Promise<Void> stopped = Promise.promise();
    private int sending;
    /** Answered, and not ended yet: the log may be slow. */
    private int judged;

    private long sendingBytes;
    private boolean stopping;

    Deliveries(
            Vertx vertx,
            Context context,
            Function<Delivery, Future<Answer>> endpoint,
            MessageIds ids,
            Verdicts verdicts,
            int concurrency) {
        this.vertx = vertx;
        this.context = context;
        this.endpoint = endpoint;
        this.ids = ids;
        this.verdicts = verdicts;
        this.concurrency = concurrency;
    }

    /** Takes a message; ends when there is room for one more. */
    CompletionStage<Void> accept(Message<byte[]> message, ReceivingMqttMessageMetadata metadata) {
        Instant receivedAt = Instant.now();
        CompletionStage<Void> next = room.enter(Delivery.size(message.getPayload(), metadata));
        context.runOnContext(v -> arrive(message, metadata, receivedAt));
        return next;
    }

    /** How many messages are held. */
    int waiting() {
        return room.held();
    }

    /** Starts no other request; ends when those under way have ended, each by its deadline. What is left stays unacknowledged. */
    Future<Void> stop() {
        context.runOnContext(v -> {
            stopping = true;
            completeStop();
        });
        return stopped.future();
    }

    private void arrive(Message<byte[]> message, ReceivingMqttMessageMetadata metadata, Instant receivedAt) {
        String id = ids.of(metadata, message.getPayload());
        Delivery known = byId.get(id);
        if (known != null) {
            known.also(message);
            return;
        }
        Delivery delivery = new Delivery(id, message, metadata, receivedAt);
        byId.put(id, delivery);
        arrived.add(delivery);
        topics.add(delivery);
        send();
    }

    private void send() {
        while (!stopping && sending < concurrency && fits(topics.peek())) {
            Delivery delivery = topics.poll();
            sending++;
            sendingBytes += delivery.size();
            endpoint.apply(delivery).onSuccess(answer -> answered(delivery, answer));
        }
    }

    private boolean fits(Delivery delivery) {
        return delivery != null && (sending == 0 || sendingBytes + delivery.size() <= MAX_SENDING_BYTES);
    }

    private void answered(Delivery delivery, Answer answer) {
        sending--;
        sendingBytes -= delivery.size();
        judged++;
        verdicts.on(delivery, answer).onComplete(verdict -> {
            judged--;
            if (verdict.result() == Verdicts.Verdict.AGAIN) {
                long delay = answer.delayMillis(
                        delivery.failures(), ThreadLocalRandom.current().nextDouble());
                vertx.setTimer(delay, timer -> {
                    topics.again(delivery);
                    send();
                });
            } else {
                end(delivery);
            }
            completeStop();
        });
        send();
    }

    private void end(Delivery delivery) {
        topics.ended(delivery);
        byId.remove(delivery.id());
        for (Message<byte[]> message : delivery.end()) {
            message.ack();
            room.leave(delivery.size());
        }
        // Acknowledgements leave in the order of arrival (MQTT 5 section 4.6), so none leaves before those of earlier
        // messages.
        while (!arrived.isEmpty() && arrived.peek().hasEnded()) {
            ids.acknowledged(arrived.poll());
        }
        send();
    }

    private void completeStop() {
        if (stopping && sending == 0 && judged == 0) {
            stopped.tryComplete();
        }
    }
}
