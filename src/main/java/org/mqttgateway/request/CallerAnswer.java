package org.mqttgateway.request;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;

/** Answers the caller of a request, on the event loop of the caller and in the form that the caller wants; from any thread. */
final class CallerAnswer {

    private final Context eventLoop;
    private final Function<Answer, Response> form;
    private final UniEmitter<? super Response> answer;

    /** To be made on the event loop of the caller. */
    CallerAnswer(RoutingContext request, Function<Answer, Response> form, UniEmitter<? super Response> answer) {
        this.eventLoop = request.vertx().getOrCreateContext();
        this.form = form;
        this.answer = answer;
    }

    void complete(Answer message) {
        // The connection on which answers come has one event loop for all of them.
        eventLoop.runOnContext(v -> answer.complete(form.apply(message)));
    }

    void fail(Throwable failure) {
        answer.fail(failure);
    }
}
