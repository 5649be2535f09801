package org.mqttgateway.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.webhook.post.Answer;
import org.mqttgateway.webhook.post.Answer.Meaning;
import org.mqttgateway.webhook.post.Delivery;
import org.mqttgateway.webhook.post.Reply;

/** What is held for a broker that takes no replies. */
class DeliveriesTest {

    private static final int MESSAGES = 40;
    private static final int CONCURRENCY = 2;

    /** 8 MiB of them, and those that were under way by then. */
    private static final int MOST_POSTED = 8 + CONCURRENCY;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = EventLoops.next(vertx);
    private final AtomicInteger posted = new AtomicInteger();
    private final AtomicInteger refusedReplies = new AtomicInteger();
    private final AtomicInteger replied = new AtomicInteger();
    private volatile boolean brokerAway = true;

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    private Future<Answer> answer(Delivery delivery) {
        if (delivery.step() == Delivery.Step.POST) {
            posted.incrementAndGet();
            Reply reply = new Reply(new byte[1 << 20], null);
            return Future.succeededFuture(new Answer(Meaning.TAKEN, 200, "HTTP 200", Duration.ZERO, reply));
        }
        (brokerAway ? refusedReplies : replied).incrementAndGet();
        return Future.succeededFuture(Answer.of(brokerAway ? Meaning.AGAIN : Meaning.TAKEN, "away"));
    }

    @Test
    void answersThatCannotBePublishedAreBounded() {
        EndpointState state = new EndpointState(
                "http://service",
                new EndpointState.Log() {
                    @Override
                    public void warn(String line) {
                        throw new AssertionError(line);
                    }

                    @Override
                    public void info(String line) {
                        throw new AssertionError(line);
                    }
                },
                (millis, action) -> {},
                System::nanoTime);
        WebhookMetrics metrics = new WebhookMetrics(new SimpleMeterRegistry(), "", () -> 0, () -> false);
        Outbound outbound = new Outbound(null, null, context, "", null);
        Deliveries deliveries = new Deliveries(
                vertx,
                context,
                this::answer,
                new Verdicts(context, state, metrics, outbound, 0, 100),
                CONCURRENCY,
                Duration.ofHours(1));
        Source source = new Source(MessageIds.inMemory(Clock.systemUTC()));
        for (int i = 0; i < MESSAGES; i++) {
            byte[] payload = {1};
            MqttPublishMessage message = MqttPublishMessage.create(
                    i + 1, MqttQoS.AT_LEAST_ONCE, false, false, "t/" + i, Unpooled.wrappedBuffer(payload));
            deliveries.accept(
                    source,
                    Message.of(payload),
                    new ReceivingMqttMessageMetadata(
                            io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(message)));
        }
        // Each is tried again after a second, so by then all that may be posted has been.
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> refusedReplies.get() > 2 * MOST_POSTED);
        assertTrue(posted.get() <= MOST_POSTED, posted + " posted");
        brokerAway = false;
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> deliveries.waiting() == 0);
        assertEquals(MESSAGES, replied.get());
        assertEquals(MESSAGES, posted.get());
    }
}
