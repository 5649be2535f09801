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
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.settings.DeadLetterTopic;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.webhook.post.Answer;
import org.mqttgateway.webhook.post.Answer.Meaning;
import org.mqttgateway.webhook.post.Delivery;
import org.mqttgateway.webhook.post.Reply;

/** What is held for a broker that takes neither replies nor dead letters. */
class DeliveriesTest {

    private static final int MESSAGES = 40;
    private static final int CONCURRENCY = 2;

    /** 8 MiB of them, and those that were under way by then. */
    private static final int MOST_POSTED = 8 + CONCURRENCY;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = EventLoops.next(vertx);
    private final AtomicInteger posted = new AtomicInteger();
    private final AtomicInteger refusedPublishes = new AtomicInteger();
    private final List<Delivery.Step> published = new CopyOnWriteArrayList<>();
    private volatile boolean brokerAway = true;
    private Source source;
    private Deliveries deliveries;
    private int packetId;

    @BeforeEach
    void start() {
        EndpointState.Log log = new EndpointState.Log() {
            @Override
            public void warn(String line) {}

            @Override
            public void info(String line) {}
        };
        EndpointState state = new EndpointState("http://service", log, (millis, action) -> {}, System::nanoTime);
        WebhookMetrics metrics = new WebhookMetrics(new SimpleMeterRegistry(), "", () -> 0, state::isGone);
        Outbound outbound = new Outbound(null, null, context, "", new DeadLetterTopic("dead/{topic}"));
        Verdicts verdicts = new Verdicts(context, state, metrics, outbound, 0, 100);
        deliveries = new Deliveries(vertx, context, this::answer, verdicts, CONCURRENCY, Duration.ofHours(1));
        source = new Source(MessageIds.inMemory(Clock.systemUTC()));
    }

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    /** What the endpoint answers is in the topic. */
    private Future<Answer> answer(Delivery delivery) {
        if (delivery.step() == Delivery.Step.POST) {
            posted.incrementAndGet();
            return Future.succeededFuture(
                    switch (delivery.topic().split("/")[0]) {
                        case "gone" -> new Answer(Meaning.GONE, 410, "HTTP 410", Duration.ZERO, null);
                        case "refused" -> new Answer(Meaning.REFUSED, 422, "HTTP 422", Duration.ZERO, null);
                        default ->
                            new Answer(
                                    Meaning.TAKEN, 200, "HTTP 200", Duration.ZERO, new Reply(new byte[1 << 20], null));
                    });
        }
        if (brokerAway) {
            refusedPublishes.incrementAndGet();
        } else {
            published.add(delivery.step());
        }
        return Future.succeededFuture(Answer.of(brokerAway ? Meaning.AGAIN : Meaning.TAKEN, "away"));
    }

    private void message(String topic) {
        byte[] payload = {1};
        MqttPublishMessage message = MqttPublishMessage.create(
                ++packetId, MqttQoS.AT_LEAST_ONCE, false, false, topic, Unpooled.wrappedBuffer(payload));
        deliveries.accept(
                source,
                Message.of(payload),
                new ReceivingMqttMessageMetadata(
                        io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(message)));
    }

    private void await(int seconds, Callable<Boolean> condition) {
        Awaitility.await().atMost(seconds, TimeUnit.SECONDS).until(condition);
    }

    @Test
    void answersThatCannotBePublishedAreBounded() {
        for (int i = 0; i < MESSAGES; i++) {
            message("t/" + i);
        }
        // Each is tried again after a second, so by then all that may be posted has been.
        await(20, () -> refusedPublishes.get() > 2 * MOST_POSTED);
        assertTrue(posted.get() <= MOST_POSTED, posted + " posted");
        brokerAway = false;
        await(30, () -> deliveries.waiting() == 0);
        assertEquals(Collections.nCopies(MESSAGES, Delivery.Step.REPLY), published);
        assertEquals(MESSAGES, posted.get());
    }

    /** The pause is an hour. */
    @Test
    void anEndpointThatIsGoneHoldsUpNeitherRepliesNorDeadLetters() {
        message("asked/1");
        message("refused/1");
        await(10, () -> refusedPublishes.get() >= 2);
        message("gone/1");
        await(10, () -> posted.get() == 3);
        message("asked/2");
        brokerAway = false;
        await(10, () -> deliveries.waiting() == 2);
        assertEquals(Set.of(Delivery.Step.REPLY, Delivery.Step.DEAD_LETTER), Set.copyOf(published));
        assertEquals(2, published.size());
        assertEquals(3, posted.get(), "nothing more is posted");
    }
}
