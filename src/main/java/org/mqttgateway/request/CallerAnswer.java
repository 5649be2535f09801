package org.mqttgateway.request;

import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/** Answers the caller of a request, on the event loop of the caller and in the form that the caller wants; from any thread. */
final class CallerAnswer {

    private static final int RETRY_SECONDS = 1;

    private final Context eventLoop;
    private final Function<Answer, Response> form;
    private final CompletableFuture<Response> answer;

    /** To be made on the event loop of the caller. */
    CallerAnswer(RoutingContext request, Function<Answer, Response> form, CompletableFuture<Response> answer) {
        this.eventLoop = request.vertx().getOrCreateContext();
        this.form = form;
        this.answer = answer;
    }

    /** @param held counts the message, and from now on what the caller is sent */
    void complete(Answer message, HeldBytes.Share held) {
        // The connection on which answers come has one event loop for all of them.
        eventLoop.runOnContext(v -> {
            Response response = form.apply(message);
            if (held.trySet(((byte[]) response.getEntity()).length)) {
                answer.complete(response);
            } else {
                answer.completeExceptionally(noRoom());
            }
        });
    }

    /** The answer has come, and cannot be passed on. */
    static HttpProblem noRoom() {
        return HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        "an answer came, but the memory for answers is full",
                        RETRY_SECONDS)
                .published(true);
    }

    void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }
}
