package org.mqttgateway.http.limit;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Problem;
import org.mqttgateway.http.ProblemAnswer;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.http.server.HttpChannel;

/** Answers a request with a {@link Problem} before Quarkus REST sees it. */
public final class Refusal {

    private static final long LINGER_MILLIS = 500;
    private static final long NO_ERROR = 0;

    private Refusal() {}

    /** Answers a request whose body nobody reads with the problem. */
    public static void send(RoutingContext context, HttpProblem problem) {
        leaveRest(context);
        // The handler of Quarkus that adds this to all answers may not have been there yet.
        context.response().putHeader("X-Content-Type-Options", "nosniff");
        ProblemAnswer.send(context.response(), problem);
    }

    /**
     * Must be called before an answer to a request whose body may not be read to its end. The rest of the body would be taken for the next
     * request, so an HTTP/1 connection is closed after the answer. For a short time the rest is still read and thrown away: if a connection
     * is closed while bytes come in, it is reset, and the caller loses the answer. With HTTP/2 only the stream ends.
     */
    public static void leaveRest(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded() || context.response().headWritten()) {
            return;
        }
        if (request.version() == HttpVersion.HTTP_2) {
            WhenOver.run(context, () -> resetStream(context));
            return;
        }
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        Channel channel = HttpChannel.of(request.connection());
        ConnectionWatch watch = channel == null ? null : ConnectionWatch.of(channel);
        if (watch != null) {
            watch.ends();
        }
        WhenOver.run(context, () -> {
            long timer = context.vertx()
                    .setTimer(LINGER_MILLIS, id -> request.connection().close());
            request.connection().closeHandler(closed -> context.vertx().cancelTimer(timer));
        });
        request.handler(rest -> {})
                .endHandler(whole -> {})
                .exceptionHandler(gone -> {})
                .resume();
    }

    /** Asks the caller to send no more of the body; NO_ERROR says that the answer is valid all the same (RFC 9113 section 8.1). */
    private static void resetStream(RoutingContext context) {
        if (!context.request().isEnded() && !context.response().closed()) {
            context.response().reset(NO_ERROR);
        }
    }
}
