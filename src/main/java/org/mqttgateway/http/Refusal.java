package org.mqttgateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Answers a request with a {@link Problem} before Quarkus REST sees it. */
final class Refusal {

    private Refusal() {}

    static void send(RoutingContext context, HttpProblem problem) {
        endsConnection(context);
        context.response()
                .setStatusCode(problem.problem().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(JsonObject.mapFrom(problem.problem()).toBuffer());
    }

    /**
     * To be called before an answer whose request may have a body that nobody reads. An HTTP/1 connection ends with the answer, for the rest of
     * the body would be taken for the next request. HTTP/2 has no such rest: there the stream ends alone.
     */
    static void endsConnection(RoutingContext context) {
        if (context.request().version() != HttpVersion.HTTP_2
                && !context.response().headWritten()) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            context.addEndHandler(end -> context.request().connection().close());
        }
    }
}
