package org.mqttgateway.webhook;

import io.vertx.core.Context;
import io.vertx.core.Future;
import org.jboss.logging.Logger;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.PayloadText;
import org.mqttgateway.webhook.post.Answer;
import org.mqttgateway.webhook.post.Delivery;
import org.mqttgateway.webhook.post.Reply;

/**
 * Decides what an answer of the endpoint means for its message, and updates the log, the metrics and the state of the endpoint. Used on one
 * context.
 */
final class Verdicts {

    /** What happens to the message. */
    enum Verdict {
        /** The same again, after a while. */
        AGAIN,
        /** The next step is due at once. */
        NEXT,
        /** The message has ended, delivered or not. */
        DONE
    }

    private static final Logger LOG = Logger.getLogger(Verdicts.class);
    private static final Future<Verdict> AGAIN = Future.succeededFuture(Verdict.AGAIN);
    private static final Future<Verdict> NEXT = Future.succeededFuture(Verdict.NEXT);
    private static final Future<Verdict> DONE = Future.succeededFuture(Verdict.DONE);

    private final Context context;
    private final EndpointState state;
    private final WebhookMetrics metrics;
    private final Outbound outbound;
    private final int maxAttempts;
    private final int maxLogged;

    /**
     * @param outbound knows whether there is a dead letter topic
     * @param maxAttempts most requests for one message; 0 means no limit
     * @param maxLogged most bytes of a payload that the log shows
     */
    Verdicts(
            Context context,
            EndpointState state,
            WebhookMetrics metrics,
            Outbound outbound,
            int maxAttempts,
            int maxLogged) {
        this.context = context;
        this.state = state;
        this.metrics = metrics;
        this.outbound = outbound;
        this.maxAttempts = maxAttempts;
        this.maxLogged = maxLogged;
    }

    /**
     * The verdict on a message. If the message is not delivered, the future ends only after the log line about it is written, because after
     * that the message exists nowhere else.
     */
    Future<Verdict> on(Delivery delivery, Answer answer) {
        return switch (delivery.step()) {
            case POST -> posted(delivery, answer);
            case REPLY -> replied(delivery, answer);
            case DEAD_LETTER -> buried(delivery, answer);
        };
    }

    private Future<Verdict> posted(Delivery delivery, Answer answer) {
        boolean hadFailed = delivery.failures() > 0;
        switch (answer.meaning()) {
            case TAKEN -> {
                metrics.delivered();
                state.answered(hadFailed);
                return taken(delivery, answer.reply());
            }
            case REFUSED -> {
                state.answered(hadFailed);
                return died(
                        delivery,
                        answer,
                        delivery.failures() + 1,
                        metrics::refused,
                        "refused with " + answer.reason() + " by the webhook");
            }
            case GONE -> {
                metrics.repeated();
                state.gone(answer.reason());
                return AGAIN;
            }
            default -> {
                int failures = delivery.failed();
                state.failed(!hadFailed, answer.reason());
                if (maxAttempts == 0 || failures < maxAttempts) {
                    metrics.repeated();
                    return AGAIN;
                }
                state.ended(true);
                String what = "given up after " + failures + " attempts (" + answer.reason() + ") by the webhook";
                return died(delivery, answer, failures, metrics::givenUp, what);
            }
        }
    }

    /** @param reply null if nobody waits for it */
    private Future<Verdict> taken(Delivery delivery, Reply reply) {
        if (reply == null || reply.body() != null && reply.body().length == 0) {
            return DONE;
        }
        if (reply.body() == null) {
            return unanswered(delivery, "is larger than mqtt.max-message-size");
        }
        delivery.replies(reply);
        return NEXT;
    }

    private Future<Verdict> died(Delivery delivery, Answer answer, int attempts, Runnable count, String what) {
        if (outbound.hasDeadLetter(delivery)) {
            delivery.dies(answer, attempts);
            return NEXT;
        }
        count.run();
        return logged(delivery, what);
    }

    private Future<Verdict> replied(Delivery delivery, Answer answer) {
        return switch (answer.meaning()) {
            case TAKEN -> {
                metrics.replied();
                yield DONE;
            }
            case REFUSED, GONE -> unanswered(delivery, "cannot be published: " + answer.reason());
            case AGAIN -> again(delivery, "The reply to message", answer);
        };
    }

    private Future<Verdict> buried(Delivery delivery, Answer answer) {
        if (answer.meaning() == Answer.Meaning.REFUSED) {
            metrics.refused();
            return logged(
                    delivery,
                    "not taken (" + delivery.refusal().reason() + ") and cannot become a dead letter ("
                            + LogText.escape(answer.reason()) + "), so it is dropped");
        }
        if (answer.meaning() != Answer.Meaning.TAKEN) {
            return again(delivery, "The dead letter of message", answer);
        }
        metrics.deadLettered();
        return line(() -> LOG.warnf(
                "Message %s was not taken by the webhook (%s) and is on %s now, its topic was: %s",
                delivery.id(),
                delivery.refusal().reason(),
                LogText.escape(outbound.deadLetterTopic(delivery)),
                LogText.escape(delivery.topic())));
    }

    /** The message stays unacknowledged. It is said once for each, and they come one after the other for each topic. */
    private Future<Verdict> again(Delivery delivery, String what, Answer answer) {
        if (delivery.failed() > 1) {
            return AGAIN;
        }
        return line(() -> LOG.warnf(
                        "%s %s cannot be published: %s. It is tried again",
                        what, delivery.id(), LogText.escape(answer.reason())))
                .map(Verdict.AGAIN);
    }

    private Future<Verdict> unanswered(Delivery delivery, String why) {
        metrics.unanswered();
        return line(() -> LOG.warnf(
                "The reply to message %s %s. Its sender, who waits on %s, gets none",
                delivery.id(), LogText.escape(why), LogText.escape(delivery.responseTopic())));
    }

    /** Writes the log line on a worker thread, because a slow log must not hold up the event loop. */
    private Future<Verdict> line(Runnable log) {
        return context.executeBlocking(() -> {
            log.run();
            return Verdict.DONE;
        });
    }

    private Future<Verdict> logged(Delivery delivery, String what) {
        return line(() -> LOG.errorf(
                "Message %s was %s and is not sent again, on topic: %s with payload: %s",
                delivery.id(),
                what,
                LogText.escape(delivery.topic()),
                PayloadText.forLog(delivery.payload(), maxLogged)));
    }
}
