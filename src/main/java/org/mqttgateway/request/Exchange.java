package org.mqttgateway.request;

import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.mqtt.IncomingPublish;
import org.mqttgateway.publish.PublishResult;
import org.mqttgateway.publish.Publisher;
import org.mqttgateway.request.RequestMetrics.Outcome;

/** One request on its way to its answer, which ends once: with the answer, a failure, its time, or the caller. Thread-safe. */
final class Exchange implements ReplySubscription.Waiter {

    private static final int RETRY_SECONDS = 5;
    private static final String NOT_CONNECTED = "not connected to the broker";

    /** How far the message has come. */
    private enum Stage {
        /** Other requests with the same {@code replyTo} are before it. */
        QUEUED,
        /** The subscription of the answer does not stand yet. */
        SUBSCRIBING,
        /** It is on its way to the broker. */
        PUBLISHING,
        /** The broker has it. */
        PUBLISHED
    }

    private final String replyTo;
    private final Publisher publisher;
    private final ReplySession session;
    private final CallerAnswer caller;
    private final HeldBytes.Share message;
    private final HeldBytes.Share answer;
    private final BiConsumer<Exchange, Outcome> atEnd;
    private final long begun = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Stage stage = Stage.QUEUED;

    /** Until it is handed to the publisher, whose queue counts it from then on. */
    private volatile RequestMessage request;

    private volatile boolean sent;

    /**
     * One whose message is to wait.
     *
     * @param message counts the request's message while that waits
     * @param answer counts the answer until the caller has it
     * @param atEnd called once, before the caller is answered
     */
    Exchange(
            RequestMessage request,
            Publisher publisher,
            ReplySession session,
            CallerAnswer caller,
            HeldBytes.Share message,
            HeldBytes.Share answer,
            BiConsumer<Exchange, Outcome> atEnd) {
        this.request = request;
        this.replyTo = request.replyTo();
        this.message = message;
        this.answer = answer;
        this.publisher = publisher;
        this.session = session;
        this.caller = caller;
        this.atEnd = atEnd;
    }

    /** The topic of the answer; null if the gateway has named one. */
    String replyTo() {
        return replyTo;
    }

    /** Nanoseconds since it began. */
    long age() {
        return System.nanoTime() - begun;
    }

    boolean isOver() {
        return ended.get();
    }

    /** Whether the message has left for the broker, so that what comes now may be its answer. */
    boolean isSent() {
        return sent;
    }

    /** It is its turn: the message leaves when {@code subscription} stands. */
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
            fail(Requests.noReplyTo(), Outcome.REFUSED);
            return;
        }
        stage = Stage.PUBLISHING;
        request = null;
        CompletableFuture<PublishResult> outcome = new CompletableFuture<>();
        outcome.whenComplete((result, failure) -> {
            if (failure == null) {
                stage = Stage.PUBLISHED;
            } else {
                notPublished(failure);
            }
        });
        publisher.publish(
                leaving.publish().with(leaving.properties().whenSent(() -> sent = true)), leaving.from(), outcome);
        message.end();
    }

    @Override
    public void refused(String reason) {
        fail(HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, reason), Outcome.REFUSED);
    }

    private void notPublished(Throwable failure) {
        boolean unknown = failure instanceof HttpProblem problem
                && problem.problem().status() == Status.GATEWAY_TIMEOUT.getStatusCode();
        if (unknown) {
            fail(((HttpProblem) failure).published("unknown"), Outcome.UNANSWERED);
        } else {
            fail(failure, Outcome.REFUSED);
        }
    }

    void answered(IncomingPublish publish) {
        Answer came = Answer.of(publish);
        if (isOver()) {
            return;
        }
        if (!answer.trySet(came.size())) {
            fail(CallerAnswer.noRoom(), Outcome.UNANSWERED);
        } else if (end(Outcome.ANSWERED)) {
            caller.complete(came, answer);
        }
    }

    /** The caller waits no longer. */
    void left() {
        end(Outcome.LEFT);
    }

    void fail(Throwable failure, Outcome outcome) {
        if (end(outcome)) {
            caller.fail(failure);
        }
    }

    private boolean end(Outcome outcome) {
        boolean first = ended.compareAndSet(false, true);
        if (first) {
            request = null;
            message.end();
            atEnd.accept(this, outcome);
        }
        return first;
    }

    /** The time for the subscription is up, of which there is less than for the answer. */
    void giveUpSubscribing() {
        if (stage == Stage.SUBSCRIBING
                || stage == Stage.QUEUED && !session.status().ok()) {
            giveUp("no answer came in time");
        }
    }

    /**
     * No answer came.
     *
     * @param why one sentence, of the time or of the end of the gateway
     */
    void giveUp(String why) {
        boolean connected = session.status().ok();
        switch (stage) {
            case QUEUED ->
                fail(
                        connected
                                ? notSent(
                                        ReturnCode.QUEUE_SIZE,
                                        why
                                                + " while requests before this one waited for their answers on the same replyTo")
                                : notSent(ReturnCode.NO_CONN, NOT_CONNECTED),
                        Outcome.REFUSED);
            case SUBSCRIBING ->
                fail(
                        notSent(
                                ReturnCode.NO_CONN,
                                connected
                                        ? "the broker has not confirmed the subscription of the answer"
                                        : NOT_CONNECTED),
                        Outcome.REFUSED);
            case PUBLISHING ->
                fail(
                        noAnswer(
                                why + ", and the broker has not confirmed the message: it may have it or not",
                                "unknown"),
                        Outcome.UNANSWERED);
            case PUBLISHED ->
                fail(
                        noAnswer(
                                connected
                                        ? why + ": the broker has the message, and nobody has answered"
                                        : why + ": the broker has the message; the connection on which the answer"
                                                + " would come is lost",
                                true),
                        Outcome.UNANSWERED);
        }
    }

    private static HttpProblem notSent(ReturnCode code, String detail) {
        return HttpProblem.retryable(
                Status.SERVICE_UNAVAILABLE,
                code,
                detail + "; the broker does not have the message, try again later",
                RETRY_SECONDS);
    }

    private static HttpProblem noAnswer(String detail, Object published) {
        return HttpProblem.of(Status.GATEWAY_TIMEOUT, ReturnCode.CONN_LOST, detail)
                .published(published);
    }
}
