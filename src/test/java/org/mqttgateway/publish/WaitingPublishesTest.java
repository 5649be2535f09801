package org.mqttgateway.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.publish.parse.PublishRequest;
import org.mqttgateway.settings.TestSettings;

/** What waits for a connector that has no limits of its own. */
class WaitingPublishesTest {

    private static final PublishRequest MESSAGE =
            new PublishRequest("é", new byte[4], MqttQoS.AT_LEAST_ONCE, false, null);

    private static final String ROOM_FOR_ONE = Integer.toString(MESSAGE.weight());
    private static final String ROOM_FOR_TWO = Integer.toString(2 * MESSAGE.weight());

    private static Vertx vertx;

    private final Channel channel = new Channel();
    private final AtomicInteger givenBack = new AtomicInteger();
    private final Shares.Place place = givenBack::incrementAndGet;
    private final CompletableFuture<PublishResult> answer = new CompletableFuture<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private WaitingPublishes waiting(String... settings) {
        return new WaitingPublishes(channel, vertx, TestSettings.of(1, settings));
    }

    private HttpProblem failure() {
        return (HttpProblem) assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS))
                .getCause();
    }

    @Test
    void theAckIsTheAnswer() {
        waiting().send(MESSAGE, place, answer);
        assertFalse(answer.isDone());
        channel.sent.get(0).ack();
        assertSame(PublishResult.SUCCESS, answer.join());
        assertTrue(givenBack.get() > 0);
    }

    @Test
    void aNackLeavesTheOutcomeUnknown() {
        waiting().send(MESSAGE, place, answer);
        channel.sent.get(0).nack(new IllegalArgumentException("gone"));
        assertEquals(504, failure().problem().status());
        assertTrue(givenBack.get() > 0);
        assertTrue(failure().getMessage().contains("(gone)"), failure().getMessage());
    }

    @Test
    void aChannelThatHasEndedAnswersAndHoldsNothing() {
        WaitingPublishes waiting = waiting("max-queued-size", ROOM_FOR_ONE);
        channel.ended = true;
        waiting.send(MESSAGE, place, answer);
        assertEquals(504, failure().problem().status());
        assertTrue(givenBack.get() > 0);
        channel.ended = false;
        assertTakes(waiting, 1);
    }

    @Test
    void whatTheBytesHaveNoRoomForIsRefusedAtOnce() {
        refusesTheThird(waiting("max-queued-size", ROOM_FOR_TWO));
    }

    @Test
    void whatTheNumberHasNoRoomForIsRefusedAtOnce() {
        refusesTheThird(waiting("max-inflight", "1", "max-queued", "1"));
    }

    private void refusesTheThird(WaitingPublishes waiting) {
        assertTakes(waiting, 1);
        assertTakes(waiting, 2);
        waiting.send(MESSAGE, place, answer);
        assertEquals(503, failure().problem().status());
        assertEquals(2, channel.sent.size());
        assertEquals(1, givenBack.get(), "of the third alone");
        channel.sent.get(0).ack();
        assertTakes(waiting, 3);
    }

    /** The caller has its answer, and the connector still holds the message. */
    @Test
    void theDeadlineFreesNoRoom() {
        WaitingPublishes waiting = waiting("max-queued-size", ROOM_FOR_ONE, "publish-timeout", "50ms");
        waiting.send(MESSAGE, place, answer);
        assertEquals(504, failure().problem().status());
        assertEquals(0, givenBack.get());
        waiting.send(MESSAGE, place, new CompletableFuture<>());
        assertEquals(1, channel.sent.size());
        channel.sent.get(0).ack();
        assertTakes(waiting, 2);
    }

    private void assertTakes(WaitingPublishes waiting, int sent) {
        waiting.send(MESSAGE, place, new CompletableFuture<>());
        assertEquals(sent, channel.sent.size());
    }

    /** Keeps what is sent. */
    private static final class Channel implements Emitter<byte[]> {

        private final List<Message<?>> sent = new ArrayList<>();
        private boolean ended;

        @Override
        public CompletionStage<Void> send(byte[] payload) {
            throw new UnsupportedOperationException("a payload alone names no topic");
        }

        @Override
        public <M extends Message<? extends byte[]>> void send(M message) {
            if (ended) {
                throw new IllegalStateException("the stream has been cancelled");
            }
            sent.add(message);
        }

        @Override
        public void complete() {
            ended = true;
        }

        @Override
        public void error(Exception failure) {
            ended = true;
        }

        @Override
        public boolean isCancelled() {
            return ended;
        }

        @Override
        public boolean hasRequests() {
            return !ended;
        }
    }
}
