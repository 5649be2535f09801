package org.mqttgateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Sends a {@link Problem} from a Vert.x route, as {@link ProblemMapper} does from a resource. */
public final class ProblemAnswer {

    private ProblemAnswer() {}

    /** Ends the response, unless it has ended or the caller has gone. */
    public static void send(HttpServerResponse response, HttpProblem failure) {
        if (response.ended() || response.closed()) {
            return;
        }
        failure.retryAfterSeconds()
                .ifPresent(seconds -> response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(seconds)));
        failure.challenge().ifPresent(challenge -> response.putHeader(HttpHeaderNames.WWW_AUTHENTICATE, challenge));
        response.setStatusCode(failure.problem().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(Buffer.buffer(failure.problem().toJson()));
    }
}
