package org.mqttgateway.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.settings.TestSettings;

/** What waits for a connector that has no limits of its own. */
class WaitingPublishesTest {

    private static final PublishRequest SIX_BYTES =
            new PublishRequest("é", new byte[4], MqttQoS.AT_LEAST_ONCE, false, null);

    private static Vertx vertx;

    private final CompletableFuture<PublishResult> answer = new CompletableFuture<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static WaitingPublishes waiting(String... settings) {
        return new WaitingPublishes(vertx, TestSettings.of(1, settings));
    }

    private static CompletableFuture<PublishResult> begin(WaitingPublishes waiting) {
        return waiting.tryBegin(SIX_BYTES, new CompletableFuture<>());
    }

    private HttpProblem failure() {
        return (HttpProblem) assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS))
                .getCause();
    }

    @Test
    void theOutcomeIsTheAnswer() {
        CompletableFuture<PublishResult> outcome = waiting().tryBegin(SIX_BYTES, answer);
        assertFalse(answer.isDone());
        outcome.complete(PublishResult.SUCCESS);
        assertSame(PublishResult.SUCCESS, answer.join());
    }

    @Test
    void aFailureLeavesTheOutcomeUnknown() {
        waiting().tryBegin(SIX_BYTES, answer).completeExceptionally(new IllegalStateException("gone"));
        assertEquals(504, failure().problem().status());
        assertTrue(failure().getMessage().contains("(gone)"), failure().getMessage());
    }

    @Test
    void whatTheBytesHaveNoRoomForIsRefusedAtOnce() {
        refusesTheThird(waiting("max-queued-size", "12"));
    }

    @Test
    void whatTheNumberHasNoRoomForIsRefusedAtOnce() {
        refusesTheThird(waiting("max-inflight", "1", "max-queued", "1"));
    }

    private void refusesTheThird(WaitingPublishes waiting) {
        CompletableFuture<PublishResult> first = begin(waiting);
        assertNotNull(begin(waiting));
        assertNull(waiting.tryBegin(SIX_BYTES, answer));
        assertEquals(503, failure().problem().status());
        first.complete(PublishResult.SUCCESS);
        assertNotNull(begin(waiting));
    }

    /** The caller has its answer, and the connector still holds the message. */
    @Test
    void theDeadlineFreesNoRoom() {
        WaitingPublishes waiting = waiting("max-queued-size", "6", "publish-timeout", "50ms");
        CompletableFuture<PublishResult> outcome = waiting.tryBegin(SIX_BYTES, answer);
        assertEquals(504, failure().problem().status());
        assertNull(begin(waiting));
        outcome.complete(PublishResult.SUCCESS);
        assertNotNull(begin(waiting));
    }
}
