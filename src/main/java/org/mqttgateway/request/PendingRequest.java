package org.mqttgateway.request;

import io.netty.util.concurrent.ScheduledFuture;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.BrokerMessage;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.caller.BadToken;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.publish.PublishResult;
import org.mqttgateway.publish.Publisher;
import org.mqttgateway.request.RequestMetrics.Outcome;

/**
 * One request that waits for its reply. It ends once: with the reply, with a failure, at its timeout, or when the caller leaves.
 * Used on the event loop of the {@link ReplySession}.
 */
final class PendingRequest implements ReplySubscription.Waiter {

    private static final String NOT_CONNECTED = "not connected to the broker";

    /** How far the request has come. */
    private enum Stage {
        /** It waits for earlier requests with the same {@code replyTo}. */
        QUEUED,
        /** The broker has not granted the subscription for the reply yet. */
        SUBSCRIBING,
        /** The message is on its way to the broker. */
        PUBLISHING,
        /** The broker has the message. */
        PUBLISHED,
        /** The caller has his answer, or has gone. */
        OVER
    }

    private final String replyTo;
    private final Publisher publisher;
    private final ReplySession session;
    private final CallerAnswer caller;
    private final Held.Share message;
    private final Held.Share answer;
    private final BiConsumer<PendingRequest, Outcome> atEnd;
    private final long begun = System.nanoTime();
    private Stage stage = Stage.QUEUED;
    private List<ScheduledFuture<?>> clocks = List.of();

    /** The message to publish; null after it has been handed to the publisher, whose queue then counts it. */
    private RequestMessage request;

    /** Set by the session that publishes. The reply can come before that could be told in a task of its own. */
    private volatile boolean sent;

    /**
     * A request that has not been published yet.
     *
     * @param message the bytes of the message that is to be published, and of the request itself until it is over
     * @param answer the bytes of the reply and the answer, held until the caller has read the answer
     * @param atEnd called once, before the caller is answered
     */
    PendingRequest(
            RequestMessage request,
            Publisher publisher,
            ReplySession session,
            CallerAnswer caller,
            Held.Share message,
            Held.Share answer,
            BiConsumer<PendingRequest, Outcome> atEnd) {
        this.request = request;
        this.replyTo = request.replyTo();
        this.message = message;
        this.answer = answer;
        this.publisher = publisher;
        this.session = session;
        this.caller = caller;
        this.atEnd = atEnd;
    }

    /** The topic that the caller has named for the reply; null if the gateway has made a response topic. */
    String replyTo() {
        return replyTo;
    }

    /** Nanoseconds since the request began. */
    long age() {
        return System.nanoTime() - begun;
    }

    boolean isOver() {
        return stage == Stage.OVER;
    }

    /** The timers that end it. They are stopped when it is over. */
    void stopWhenOver(List<ScheduledFuture<?>> timers) {
        clocks = timers;
    }

    /** Whether the message has been sent to the broker, so that a message that comes now may be its reply. */
    boolean isSent() {
        return sent;
    }

    /** It is this request's turn: the message is published as soon as the broker has granted {@code subscription}. */
    void await(ReplySubscription subscription) {
        stage = Stage.SUBSCRIBING;
        subscription.whenStands(this);
    }

    @Override
    public void stands() {
        RequestMessage leaving = request;
        if (isOver() || leaving == null) {
            return;
        }
        if (replyTo == null && !session.hasProperties()) {
            fail(RequestProblems.noReplyTo(), Outcome.REFUSED);
            return;
        }
        stage = Stage.PUBLISHING;
        request = null;
        CompletableFuture<PublishResult> outcome = new CompletableFuture<>();
        outcome.whenComplete((result, failure) -> session.run(() -> published(failure)));
        publisher.publish(
                leaving.publish().with(leaving.properties().whenSent(() -> sent = true)), leaving.from(), outcome);
        // The message itself is counted by the publisher from now on.
        message.trySet(leaving.weightWhenSent());
    }

    @Override
    public void refused(String reason) {
        fail(RequestProblems.refused(reason), Outcome.REFUSED);
    }

    private void published(Throwable failure) {
        if (isOver()) {
            return;
        }
        if (failure == null) {
            stage = Stage.PUBLISHED;
        } else if (failure instanceof HttpProblem problem
                && problem.problem().status() == Status.GATEWAY_TIMEOUT.getStatusCode()) {
            fail(problem.published("unknown"), Outcome.UNANSWERED);
        } else {
            fail(failure, Outcome.REFUSED);
        }
    }

    void replied(IncomingPublish publish) {
        BrokerMessage came = BrokerMessage.of(publish);
        if (isOver()) {
            return;
        }
        caller.replied(came);
        if (!answer.trySet(came.weight())) {
            fail(CallerAnswer.noRoom(), Outcome.UNANSWERED);
        } else if (end(Outcome.ANSWERED)) {
            caller.complete(came, answer);
        }
    }

    /** The caller has gone. */
    void left() {
        end(Outcome.LEFT);
    }

    void fail(Throwable failure, Outcome outcome) {
        if (end(outcome)) {
            caller.fail(failure);
        }
    }

    private boolean end(Outcome outcome) {
        if (isOver()) {
            return false;
        }
        stage = Stage.OVER;
        clocks.forEach(clock -> clock.cancel(false));
        request = null;
        message.end();
        atEnd.accept(this, outcome);
        return true;
    }

    /** The time for the subscription is over. It is shorter than the time for the reply. */
    void giveUpSubscribing() {
        if (stage == Stage.SUBSCRIBING
                || stage == Stage.QUEUED && !session.status().ok()) {
            giveUp("no answer came in time");
        }
    }

    /**
     * Ends the request without a reply.
     *
     * @param why the cause in words: the time is over, or the gateway is stopping
     */
    void giveUp(String why) {
        boolean connected = session.status().ok();
        // When it is over, there is nobody to tell.
        switch (stage) {
            case QUEUED ->
                fail(
                        connected
                                ? RequestProblems.notSent(
                                        ReturnCode.QUEUE_SIZE,
                                        why
                                                + " while requests before this one waited for their answers on the same replyTo")
                                : RequestProblems.notSent(ReturnCode.NO_CONN, NOT_CONNECTED),
                        Outcome.REFUSED);
            case SUBSCRIBING ->
                fail(
                        RequestProblems.notSent(
                                ReturnCode.NO_CONN,
                                connected
                                        ? "the broker has not confirmed the subscription of the answer"
                                        : NOT_CONNECTED),
                        Outcome.REFUSED);
            case PUBLISHING ->
                fail(
                        RequestProblems.noAnswer(
                                why + ", and the broker has not confirmed the message: it may have it or not",
                                "unknown"),
                        Outcome.UNANSWERED);
            case PUBLISHED ->
                fail(
                        RequestProblems.noAnswer(
                                connected
                                        ? why + ": the broker has the message, and nobody has answered"
                                        : why + ": the broker has the message; the connection on which the answer"
                                                + " would come is lost",
                                true),
                        Outcome.UNANSWERED);
        }
    }

    /** The caller's token has expired. He learns whether the broker has the message, as with an answer that does not come. */
    void expired() {
        HttpProblem expired = BadToken.EXPIRED.problem();
        switch (stage) {
            case PUBLISHING -> fail(expired.published("unknown"), Outcome.UNANSWERED);
            case PUBLISHED -> fail(expired.published(true), Outcome.UNANSWERED);
            default -> fail(expired, Outcome.REFUSED);
        }
    }
}
