package org.mqttgateway.request;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.http.limit.UnreadAnswers;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.publish.Publisher;
import org.mqttgateway.request.CorrelatedReplies.ReplyAddress;
import org.mqttgateway.settings.GatewaySettings;

/** Sends requests and waits for their replies. The number of waiting requests and the time of each are limited. */
@ApplicationScoped
class Requests {

    /** At shutdown, waiting requests are answered this long before the process is cut off, so that the answers can still be sent. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    /** Most bytes of the messages that wait for their turn or for a subscription. */
    private static final long MAX_MESSAGE_BYTES = 16L << 20;

    private final Vertx vertx;
    private final GatewaySettings.Request settings;
    private final Publisher publisher;
    private final ReplySession session;
    private final CorrelatedReplies correlated;
    private final ReplyTopics topics;
    private final RequestMetrics metrics;
    private final Shares shares;
    private final Held messages = new Held(Held.ANY_NUMBER, MAX_MESSAGE_BYTES);
    private final UnreadAnswers answers;
    private final long subscribeMillis;
    private final Duration stopTime;
    private final Set<PendingRequest> waiting = ConcurrentHashMap.newKeySet();

    Requests(
            Vertx vertx,
            GatewaySettings settings,
            Publisher publisher,
            ReplySession session,
            CorrelatedReplies correlated,
            ReplyTopics topics,
            RequestMetrics metrics,
            UnreadAnswers answers,
            TooMany tooMany,
            @ConfigProperty(name = "quarkus.shutdown.delay") Optional<Duration> shutdownDelay,
            @ConfigProperty(name = "quarkus.shutdown.timeout") Optional<Duration> shutdownTimeout) {
        this.vertx = vertx;
        this.settings = settings.request();
        this.publisher = publisher;
        this.session = session;
        this.correlated = correlated;
        this.topics = topics;
        this.metrics = metrics;
        this.answers = answers;
        this.shares = new Shares(
                tooMany,
                "requests that may wait for their answers (mqtt.request.max-waiting)",
                "the broker does not have the message, try again when one of yours has its answer",
                1,
                settings.request().maxWaiting());
        this.subscribeMillis = settings.publishTimeout().toMillis();
        this.stopTime = shutdownDelay
                .orElse(Duration.ZERO)
                .plus(shutdownTimeout.orElse(Duration.ZERO))
                .minus(LAST_ANSWERS);
    }

    /**
     * Sends a request; the permissions of the caller have been checked. The caller is answered with the reply or with an {@link
     * HttpProblem}: one of a publish, or 504 if no reply comes.
     *
     * @throws HttpProblem 429 if too many of the caller's requests wait
     */
    void send(RequestMessage request, RoutingContext context, CallerAnswer caller) {
        Shares.Place place = shares.take(request.from());
        WhenOver.run(context, place::giveBack);
        Held.Share message = messages.share();
        if (!message.trySet(request.weight())) {
            caller.fail(HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE,
                    ReturnCode.QUEUE_SIZE,
                    "the memory for requests that wait for their turn is full; the broker does not have the message",
                    1));
            return;
        }
        if (!metrics.tryBegin(settings.maxWaiting())) {
            message.end();
            caller.fail(HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE,
                    ReturnCode.QUEUE_SIZE,
                    "too many requests wait for their answers (mqtt.request.max-waiting); the broker does not have the message",
                    1));
            return;
        }
        if (request.replyTo() == null) {
            ReplyAddress reply = correlated.next();
            RequestMessage own =
                    request.with(request.properties().withReply(reply.topic(), reply.correlation(), "replyTo"));
            PendingRequest pending = start(own, context, caller, message, over -> correlated.end(over, reply));
            // The caller may have left while his credentials were checked.
            if (!pending.isOver()) {
                correlated.begin(pending, reply);
            }
        } else {
            PendingRequest pending = start(request, context, caller, message, topics::end);
            if (!pending.isOver()) {
                topics.begin(pending);
            }
        }
    }

    private PendingRequest start(
            RequestMessage request,
            RoutingContext context,
            CallerAnswer caller,
            Held.Share message,
            Consumer<PendingRequest> atEnd) {
        Held.Share answer = answers.of(context);
        long[] timers = new long[2];
        PendingRequest pending =
                new PendingRequest(request, publisher, session, caller, message, answer, (over, outcome) -> {
                    vertx.cancelTimer(timers[0]);
                    vertx.cancelTimer(timers[1]);
                    waiting.remove(over);
                    metrics.ended(outcome, over.age());
                    atEnd.accept(over);
                });
        waiting.add(pending);
        timers[0] = vertx.setTimer(request.timeout().toMillis(), id -> pending.giveUp("no answer came in time"));
        // If the broker is away, the caller learns it as soon as with a publish, even if the timeout for the reply is
        // much longer.
        timers[1] = vertx.setTimer(subscribeMillis, id -> pending.giveUpSubscribing());
        WhenOver.run(context, pending::left);
        return pending;
    }

    /** The problem for a request without {@code replyTo} to a broker of MQTT 3.1.1, which has no Response Topic. */
    static HttpProblem noReplyTo() {
        return HttpProblem.invalid(
                "replyTo", "is required: the broker speaks MQTT 3.1.1, which cannot tell a receiver where to answer");
    }

    /** Answers the requests that still wait shortly before the process is cut off. */
    void onShutdown(@Observes ShutdownDelayInitiatedEvent event) {
        vertx.setTimer(
                Math.max(1, stopTime.toMillis()),
                id -> waiting.forEach(pending -> pending.giveUp("the gateway is stopping")));
    }
}
