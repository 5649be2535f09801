package org.mqttgateway.http;

import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Reads the body of each publish before its resource runs: on the event loop, bounded in size and in time, so that neither a large nor a
 * slow body holds memory or a thread.
 */
@ApplicationScoped
public class RequestBody {

    private static final String PATH = "/publish*";
    private static final String TIMER = RequestBody.class.getName();

    /** A byte of the payload can take six in JSON ({@code \u0000}). */
    private static final long JSON_EXPANSION = 6;

    /** Room for the topic, escaped as well, and for the other fields. */
    private static final long ENVELOPE = JSON_EXPANSION * 65_535 + 4_096;

    private final long timeoutMillis;
    private final long limit;
    private final BodyHandler reader;

    RequestBody(GatewaySettings settings) {
        timeoutMillis = settings.http().bodyTimeout().toMillis();
        limit = settings.maxMessageSize().asLongValue() * JSON_EXPANSION + ENVELOPE;
        reader = BodyHandler.create(false).setBodyLimit(limit);
    }

    void route(@Observes Router router) {
        // After authentication, before Quarkus REST, which takes a body that is already there.
        router.post(PATH)
                .order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1)
                .handler(this::read)
                // As a plain handler: a route takes Vert.x' own body handlers only in first place.
                .handler(reader::handle)
                .handler(RequestBody::complete)
                .failureHandler(this::failed);
    }

    private void read(RoutingContext context) {
        String problem = ContentType.problem(context.request());
        if (problem != null) {
            end(context, Status.UNSUPPORTED_MEDIA_TYPE, ReturnCode.INVAL, problem);
            return;
        }
        if (!hasReadableQuery(context)) {
            end(context, Status.BAD_REQUEST, ReturnCode.INVAL, "the query of the URL is not percent-encoded");
            return;
        }
        if (ContentType.isForm(context.request())) {
            // The body is a payload like any other: nothing is to take it apart, and to refuse what is no form.
            context.request().headers().set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_OCTET_STREAM);
        }
        // The answer is JSON whatever the caller would rather have (RFC 9110 section 12.5.1): Quarkus REST notices what
        // an Accept header excludes only after the message was sent, and its 406 would say that it was not.
        context.request().headers().remove(HttpHeaders.ACCEPT);
        // A body that has come with its headers is complete by then, and needs no timer.
        context.vertx().runOnContext(v -> startClock(context));
        context.request().resume();
        context.next();
    }

    /** The body of a publish, which the request no longer holds: while it waits for the broker the payload is all that is kept of it. */
    public static byte[] take(RoutingContext context) {
        // Quarkus REST has paused it, to read what is read already; a paused request is never let go of.
        context.request().resume();
        byte[] body = context.body().buffer().getBytes();
        ((RoutingContextInternal) context).setBody(Buffer.buffer());
        return body;
    }

    private static boolean hasReadableQuery(RoutingContext context) {
        try {
            return context.request().query() == null || context.queryParams() != null;
        } catch (HttpException e) {
            return false;
        }
    }

    private static void complete(RoutingContext context) {
        stopClock(context);
        if (context.body().buffer() == null) {
            // Vert.x' word for an empty body is none.
            ((RoutingContextInternal) context).setBody(Buffer.buffer());
        }
        context.next();
    }

    private void startClock(RoutingContext context) {
        if (!context.request().isEnded() && !context.response().ended()) {
            context.put(TIMER, context.vertx().setTimer(timeoutMillis, id -> tooSlow(context)));
        }
    }

    private static void stopClock(RoutingContext context) {
        Long timer = context.remove(TIMER);
        if (timer != null) {
            context.vertx().cancelTimer(timer);
        }
    }

    private void failed(RoutingContext context) {
        boolean reading = context.body().buffer() == null;
        stopClock(context);
        if (context.response().ended() || context.response().closed()) {
            // The caller has gone; there is nobody to answer.
            return;
        }
        switch (context.statusCode()) {
            case 400 ->
                end(
                        context,
                        Status.BAD_REQUEST,
                        ReturnCode.INVAL,
                        "the request cannot be read: is its URL well-formed?");
            case 413 ->
                end(
                        context,
                        Status.REQUEST_ENTITY_TOO_LARGE,
                        ReturnCode.PAYLOAD_SIZE,
                        "the body is larger than " + limit + " bytes, which mqtt.max-message-size allows");
            default -> {
                if (reading && context.failure() != null) {
                    // A chunk without a size, for instance: the caller's mistake, nothing for the log.
                    end(context, Status.BAD_REQUEST, ReturnCode.INVAL, "the body is not well-formed HTTP");
                } else {
                    context.next();
                }
            }
        }
    }

    private static void tooSlow(RoutingContext context) {
        if (!context.response().ended()) {
            end(
                    context,
                    Status.REQUEST_TIMEOUT,
                    ReturnCode.INVAL,
                    "the body did not arrive in time (mqtt.http.body-timeout)");
        }
    }

    /** Answers before the body was read: its rest would be taken for the next request, so the connection ends too. */
    private static void end(RoutingContext context, Status status, ReturnCode code, String detail) {
        context.response()
                .setStatusCode(status.getStatusCode())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(JsonObject.mapFrom(Problem.of(status, code, detail, null)).toBuffer())
                .onComplete(v -> context.request().connection().close());
    }
}
