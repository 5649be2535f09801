package org.mqttgateway.http.limit;

import io.netty.channel.Channel;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.ws.rs.core.Response.Status;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.http.server.AcceptFailures;
import org.mqttgateway.http.server.HttpChannel;
import org.mqttgateway.http.server.ListeningSockets;

/**
 * Installs {@link Connections} on the listening sockets for callers, applies {@link RequestLimit}, and tells each {@link ConnectionWatch}
 * when a request begins and ends. Neither Quarkus nor Vert.x can limit the time that headers take, and neither offers a hook for new
 * connections.
 */
@ApplicationScoped
public class ConnectionGuard {

    /** Makes the first route: the router is handed round in the order of priorities. */
    private static final int FIRST = 1;

    /** The most bytes of requests that are under way on the port of health and metrics: what callers hold must not keep probes out. */
    private static final long MANAGEMENT_BYTES = 8 << 20;

    private final ListeningSockets sockets;
    private final Connections connections;
    private final AcceptFailures acceptFailures = new AcceptFailures();
    private final RequestMemory memory;
    private final RequestMemory managementMemory = new RequestMemory(MANAGEMENT_BYTES);

    ConnectionGuard(
            ListeningSockets sockets,
            RequestMemory memory,
            @ConfigProperty(name = "quarkus.http.limits.max-connections") OptionalInt limit) {
        this.sockets = sockets;
        this.memory = memory;
        this.connections = new Connections(limit.orElse(0), memory);
    }

    void http(@ObservesAsync HttpServerStart start) {
        guard();
    }

    void https(@ObservesAsync HttpsServerStart start) {
        guard();
    }

    /** Before every handler that may answer. */
    void route(@Observes @Priority(FIRST) Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::watch);
    }

    private void watch(RoutingContext context) {
        HttpServerRequest request = context.request();
        Channel channel = HttpChannel.of(request.connection());
        ConnectionWatch watch = channel == null ? null : ConnectionWatch.of(channel);
        if (watch == null) {
            next(context);
            return;
        }
        boolean room = watch.requestBegun(request.version() == HttpVersion.HTTP_2);
        WhenOver.run(context, watch::requestEnded);
        if (!room) {
            channel.close();
            return;
        }
        RequestLimit.apply(request, memory);
        long weight = HeadWeight.of(request);
        if (!memory.tryAddHead(weight, watch.holdsNothing())) {
            refuse(context);
            return;
        }
        watch.holds();
        WhenTaken.run(context, () -> {
            memory.remove(weight);
            watch.released();
        });
        next(context);
    }

    /** Before Quarkus' own handlers: even the one that adds headers to answers decodes the path. */
    private static void next(RoutingContext context) {
        HttpProblem problem = HeadLimits.problem(context.request());
        if (problem == null) {
            context.next();
        } else {
            Refusal.send(context, problem);
        }
    }

    /** The port of health and metrics has no other limit, but it is the same event loops that serve it, and the same heap. */
    void management(@Observes ManagementInterface management) {
        management.router().route().order(Integer.MIN_VALUE).handler(context -> {
            RequestLimit.apply(context.request(), managementMemory);
            long weight = HeadWeight.of(context.request());
            if (managementMemory.tryAddHead(weight, true)) {
                WhenTaken.run(context, () -> managementMemory.remove(weight));
                next(context);
            } else {
                refuse(context);
            }
        });
    }

    /** Answers 503 and lets the head go, which is not counted. */
    private static void refuse(RoutingContext context) {
        Refusal.send(
                context,
                HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        "too many requests are under way (mqtt.http.max-body-memory); try again later",
                        1));
        context.request().headers().clear();
        if (RequestLimit.endsOf(context.request()) instanceof StreamEnds streams) {
            int stream = context.response().streamId();
            // Later, when what was written has been flushed.
            context.vertx().runOnContext(v -> streams.refuse(stream));
        }
    }

    private void guard() {
        sockets.forEach(this::guard);
    }

    private void guard(Channel listener) {
        if (listener.pipeline().get(Connections.class) == null) {
            listener.pipeline().addFirst(connections).addLast(acceptFailures);
        }
    }
}
