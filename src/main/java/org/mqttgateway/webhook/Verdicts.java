package org.mqttgateway.webhook;

import io.vertx.core.Context;
import io.vertx.core.Future;
import org.jboss.logging.Logger;
import org.mqttgateway.mqtt.LogText;
import org.mqttgateway.mqtt.PayloadText;

/** What an answer of the endpoint means for its message, with the line, the count and the state that go with it. Used on one context. */
final class Verdicts {

    /** What becomes of the message. */
    enum Verdict {
        AGAIN,
        /** It has ended, delivered or not. */
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
     * @param maxAttempts requests for one message, 0: without end
     * @param maxLogged bytes of a payload that the log shows
     */
    Verdicts(Context context, EndpointState state, WebhookMetrics metrics, int maxAttempts, int maxLogged) {
        this.context = context;
        this.state = state;
        this.metrics = metrics;
        this.maxAttempts = maxAttempts;
        this.maxLogged = maxLogged;
    }

    /** Ends when the log has the line that tells of a message which is not delivered: after it, the message is nowhere else. */
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

    /** On a worker thread: a log that is slow must not hold up the event loop. */
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
