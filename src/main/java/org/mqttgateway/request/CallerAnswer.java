package org.mqttgateway.request;

import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.BrokerMessage;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.limit.UnreadAnswers;
import org.mqttgateway.http.repeat.Repeat;

/** Answers the caller of a request on the caller's event loop, as JSON or as the payload itself. May be called from any thread. */
final class CallerAnswer {

    private final Context eventLoop;
    private final Function<BrokerMessage, Response> form;
    private final CompletableFuture<Response> answer;
    private final Repeat repeat;

    /**
     * Must be created on the event loop of the caller.
     *
     * @param repeat ended before the caller has the answer
     */
    CallerAnswer(
            RoutingContext request,
            Function<BrokerMessage, Response> form,
            CompletableFuture<Response> answer,
            Repeat repeat) {
        this.eventLoop = request.vertx().getOrCreateContext();
        this.form = form;
        this.answer = answer;
        this.repeat = repeat;
    }

    /** Whether the reply is wanted even if the caller has gone: he may ask again for it. */
    boolean isKept() {
        return repeat != Repeat.NONE;
    }

    /** The reply has come, and may be kept for a repeat; it is not the caller's yet. */
    void replied(BrokerMessage reply) {
        repeat.keep(0, reply, reply.weight());
    }

    /** @param held the bytes that are held for the caller: until now the reply, from now on the answer */
    void complete(BrokerMessage message, Held.Share held) {
        // The answer is made on the caller's event loop, because all replies come on one event loop, which has enough
        // to do.
        repeat.end(Repeat.Rest.NOT_DONE);
        eventLoop.runOnContext(v -> {
            Response response = form.apply(message);
            if (held.trySet(((byte[]) response.getEntity()).length)) {
                answer.complete(response);
            } else {
                answer.completeExceptionally(noRoom());
            }
        });
    }

    /** The problem for a reply that has come but cannot be passed on. */
    static HttpProblem noRoom() {
        return UnreadAnswers.full("an answer came, but the memory for answers is full")
                .published(true);
    }

    void fail(Throwable failure) {
        boolean unknown =
                failure instanceof HttpProblem problem && problem.problem().published() != null;
        // A reply that comes from now on is nobody's.
        repeat.end(unknown ? Repeat.Rest.UNKNOWN : Repeat.Rest.NOT_DONE);
        answer.completeExceptionally(failure);
    }
}
