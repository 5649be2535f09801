package org.mqttgateway.feed;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ProblemAnswer;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.http.caller.BadToken;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.caller.Callers;
import org.mqttgateway.http.server.HttpChannel;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.settings.GatewaySettings;

/**
 * {@code GET /messages}: a stream of server-sent events, or one answer to a poll. This is a Vert.x route and not a resource of Quarkus
 * REST, which would send the status 200 before it asks for the first event, and would encode and flush each event for each listener anew.
 */
@ApplicationScoped
public class FeedRoute {

    private static final String PATH = "/messages";
    private static final String JSON = "application/json";

    /** How long a filter stays subscribed after its last stream has ended: long enough for a browser to come back. */
    private static final long KEEP_MILLIS = TimeUnit.SECONDS.toMillis(15);

    /** The same after a poll, so that a caller who polls once a minute misses nothing. */
    private static final long KEEP_POLLED_MILLIS = TimeUnit.SECONDS.toMillis(65);

    /** Longest timer: a token may live for longer than one may run. */
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final Feeds feeds;
    private final FilterFeeds filters;
    private final Callers callers;
    private volatile boolean stopping;

    FeedRoute(Vertx vertx, GatewaySettings settings, Feeds feeds, FilterFeeds filters, Callers callers) {
        this.vertx = vertx;
        this.settings = settings;
        this.feeds = feeds;
        this.filters = filters;
        this.callers = callers;
    }

    void route(@Observes Router router) {
        // This order is after Quarkus' routes for authentication and authorization, and before Quarkus REST.
        int order = RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1;
        router.get(PATH)
                .order(order)
                .produces("text/event-stream")
                .produces(JSON)
                .handler(this::answer);
        router.route(PATH).order(order).handler(FeedRoute::refuse);
    }

    /** Refuses other methods, and callers who accept neither media type. */
    private static void refuse(RoutingContext context) {
        HttpProblem problem = HttpProblem.of(
                Status.NOT_ACCEPTABLE,
                ReturnCode.INVAL,
                "the Accept header permits neither text/event-stream nor application/json");
        if (context.request().method() != HttpMethod.GET) {
            context.response().putHeader(HttpHeaders.ALLOW, "GET");
            problem =
                    HttpProblem.of(Status.METHOD_NOT_ALLOWED, ReturnCode.INVAL, "this path does not have this method");
        }
        send(context, problem);
    }

    private void answer(RoutingContext context) {
        try {
            FeedRequest request = FeedRequest.of(context.request().query(), settings.qos());
            Caller caller = callers.of(context);
            request.require(caller, settings.topic());
            listen(context, request, caller);
        } catch (HttpProblem refusal) {
            send(context, refusal);
        }
    }

    private void listen(RoutingContext context, FeedRequest request, Caller caller) {
        Shares.Place share = feeds.enter(caller);
        Place place = new Place(context, request, caller, share);
        WhenOver.run(context, place::giveBack);
        if (place.over) {
            return;
        }
        caller.expires()
                .map(end -> Duration.between(Instant.now(), end).toMillis())
                .ifPresent(place::expireIn);
        if (request.filters().isEmpty()) {
            place.startAt(feeds.ofConsumer());
            place.begin(feeds.ofConsumer());
            return;
        }
        Context eventLoop = vertx.getOrCreateContext();
        try {
            place.joint = filters.acquire(request.filters(), caller);
            place.startAt(place.joint.feed());
            place.asked = place.joint
                    .granted()
                    .emitOn(task -> eventLoop.runOnContext(v -> task.run()))
                    .subscribe()
                    .with(place::begin, place::refused);
        } catch (HttpProblem refusal) {
            place.refused(refusal);
        }
    }

    /** Ends all streams: they never end by themselves, and the shutdown waits until all requests have ended. */
    void onShutdown(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
        feeds.end();
    }

    private static void send(RoutingContext context, HttpProblem problem) {
        // A body must be read, or it would be taken for the next request.
        context.request().resume();
        ProblemAnswer.send(context.response(), problem);
    }

    /** The place of one listener, from its admission to the end of its response, whichever side ends it. Used on the event loop of the request. */
    private final class Place {

        private final RoutingContext context;
        private final FeedRequest request;
        private final Caller caller;
        private final Shares.Place share;
        private final boolean poll;
        private final Held.Share unread = feeds.unread();
        /** The feed of the caller's filters; null if the caller names no filter. */
        private JointFeed joint;
        /** Ends the wait for the broker, which may take as long as {@code mqtt.publish-timeout} and holds something for each filter. */
        private Cancellable asked = () -> {};
        /** The position of the first message for the listener. */
        private long start;

        private boolean over;
        private long expiry = -1;
        private FeedLoop loop;
        private FeedLoop.Listener listener;

        Place(RoutingContext context, FeedRequest request, Caller caller, Shares.Place share) {
            this.context = context;
            this.request = request;
            this.caller = caller;
            this.share = share;
            this.poll = JSON.equals(context.getAcceptableContentType());
        }

        /** Before the broker grants the filter: what it retains may come sooner than the listener learns that. */
        void startAt(Feed feed) {
            start = request.start(feed, poll ? null : context.request().getHeader("Last-Event-ID"));
        }

        void begin(Feed feed) {
            if (over) {
                return;
            }
            loop = feed.loop();
            context.request().resume();
            Runnable disconnect = () -> HttpChannel.abort(context.request());
            if (poll) {
                FeedPoll asking =
                        new FeedPoll(vertx, context.response(), feed, start, request.limit(), unread, disconnect);
                listener = asking;
                asking.begin(request.waitSeconds());
            } else {
                FeedStream stream =
                        new FeedStream(context.response(), start, () -> loop.flush(listener), unread, disconnect);
                listener = stream;
                stream.begin(feed.id(start - 1));
            }
            loop.add(listener);
            // A browser whose stream has just been ended; a filter that the broker has taken back meanwhile.
            if (stopping || joint != null && joint.hasEnded()) {
                listener.end();
            }
        }

        /** From now on the time of day does not matter: somebody may set the clock. */
        void expireIn(long millis) {
            long now = Math.max(1, Math.min(millis, DAY_MILLIS));
            expiry = vertx.setTimer(now, id -> {
                if (now < millis) {
                    expireIn(millis - now);
                } else if (listener != null) {
                    listener.expired();
                } else {
                    refused(BadToken.EXPIRED.problem());
                }
            });
        }

        void refused(Throwable failure) {
            if (failure instanceof HttpProblem problem) {
                send(context, problem);
            } else {
                context.fail(failure);
            }
        }

        void giveBack() {
            if (over) {
                return;
            }
            over = true;
            asked.cancel();
            vertx.cancelTimer(expiry);
            feeds.leave(share);
            unread.end();
            if (listener != null) {
                loop.remove(listener);
            }
            if (listener instanceof FeedPoll asking) {
                asking.cancel();
            }
            if (joint != null) {
                filters.release(joint, caller, keepMillis());
            }
        }

        /**
         * How long the filter stays subscribed. If this listener has not started, the filter is not kept, because the broker may have
         * refused it.
         */
        private long keepMillis() {
            return listener == null ? 0 : poll ? KEEP_POLLED_MILLIS : KEEP_MILLIS;
        }
    }
}
