package org.mqttgateway.webhook;

import io.vertx.core.Context;
import io.vertx.core.Future;
import org.jboss.logging.Logger;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.PayloadText;
import org.mqttgateway.webhook.post.Answer;
import org.mqttgateway.webhook.post.Delivery;

/**
 * Decides what an answer of the endpoint means for its message, and updates the log, the metrics and the state of the endpoint. Used on one
 * context.
 */
final class Verdicts {

    /** What happens to the message. */
    enum Verdict {
        AGAIN,
        /** The message has ended, delivered or not. */
        DONE
    }

    private static final Logger LOG = Logger.getLogger(Verdicts.class);
    private static final Future<Verdict> AGAIN = Future.succeededFuture(Verdict.AGAIN);
    private static final Future<Verdict> DONE = Future.succeededFuture(Verdict.DONE);

    private final Context context;
    private final EndpointState state;
    private final WebhookMetrics metrics;
    private final int maxAttempts;
    private final int maxLogged;

    /**
     * @param maxAttempts most requests for one message; 0 means no limit
     * @param maxLogged most bytes of a payload that the log shows
     */
    Verdicts(Context context, EndpointState state, WebhookMetrics metrics, int maxAttempts, int maxLogged) {
        this.context = context;
        this.state = state;
        this.metrics = metrics;
        this.maxAttempts = maxAttempts;
        this.maxLogged = maxLogged;
    }

    /**
     * The verdict on a message. If the message is not delivered, the future ends only after the log line about it is written, because after
     * that the message exists nowhere else.
     */
    Future<Verdict> on(Delivery delivery, Answer answer) {
        boolean hadFailed = delivery.failures() > 0;
        switch (answer.meaning()) {
            case TAKEN -> {
                metrics.delivered();
                state.answered(hadFailed);
                return DONE;
            }
            case REFUSED -> {
                metrics.refused();
                state.answered(hadFailed);
                return logged(delivery, "refused with " + answer.reason());
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
                metrics.givenUp();
                state.ended(true);
                return logged(delivery, "given up after " + failures + " attempts (" + answer.reason() + ")");
            }
        }
    }

    /** Writes the log line on a worker thread, because a slow log must not hold up the event loop. */
    private Future<Verdict> logged(Delivery delivery, String what) {
        return context.executeBlocking(() -> {
            LOG.errorf(
                    "Message %s was %s by the webhook and is not sent again, on topic: %s with payload: %s",
                    delivery.id(),
                    what,
                    LogText.escape(delivery.topic()),
                    PayloadText.forLog(delivery.payload(), maxLogged));
            return Verdict.DONE;
        });
    }
}
