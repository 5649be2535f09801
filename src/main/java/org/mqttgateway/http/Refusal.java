package org.mqttgateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/** Answers a request with a {@link Problem} before Quarkus REST sees it. */
final class Refusal {

    private static final long LINGER_MILLIS = 500;
    private static final long NO_ERROR = 0;

    private Refusal() {}

    static void send(RoutingContext context, HttpProblem problem) {
        leaveRest(context);
        ProblemAnswer.send(context.response(), problem);
    }

    /**
     * To be called before an answer whose request may have a body that nobody reads. The rest of it would be taken for the next request, so an
     * HTTP/1 connection ends with the answer: what still comes is thrown away for a moment, for a connection that is closed while bytes
     * come in is reset, and the caller loses the answer. Of HTTP/2 only the stream ends.
     */
    static void leaveRest(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded() || context.response().headWritten()) {
            return;
        }
        if (request.version() == HttpVersion.HTTP_2) {
            context.addEndHandler(end -> resetStream(context));
            return;
        }
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        context.addEndHandler(end -> {
            long timer = context.vertx()
                    .setTimer(LINGER_MILLIS, id -> request.connection().close());
            request.connection().closeHandler(closed -> context.vertx().cancelTimer(timer));
        });
        request.handler(rest -> {})
                .endHandler(whole -> {})
                .exceptionHandler(gone -> {})
                .resume();
    }

    /** The caller has its answer and is asked, without blame, to send no more (RFC 9113 section 8.1). */
    private static void resetStream(RoutingContext context) {
        if (!context.request().isEnded() && !context.response().closed()) {
            context.response().reset(NO_ERROR);
        }
    }
}
