package org.mqttgateway.request;

import io.netty.util.concurrent.ScheduledFuture;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.BrokerMessage;
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

    /** Used on the event loop of the session. */
    private final Set<PendingRequest> waiting = new HashSet<>();

    Requests(
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
        Held.Share message = messages.share();
        if (!message.trySet(request.weight())) {
            place.giveBack();
            caller.fail(HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE,
                    ReturnCode.QUEUE_SIZE,
                    "the memory for requests that wait for their turn is full; the broker does not have the message",
                    1));
            return;
        }
        if (!metrics.tryBegin(settings.maxWaiting())) {
            message.end();
            place.giveBack();
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
            begin(
                    pending(own, context, caller, message, place, over -> correlated.end(over, reply)),
                    own,
                    pending -> correlated.begin(pending, reply));
        } else {
            begin(pending(request, context, caller, message, place, topics::end), request, topics::begin);
        }
    }

    /** Answers with the reply of an earlier time. */
    void again(BrokerMessage reply, RoutingContext context, CallerAnswer caller) {
        Held.Share answer = answers.of(context);
        if (answer.trySet(reply.weight())) {
            caller.complete(reply, answer);
        } else {
            caller.fail(CallerAnswer.noRoom());
        }
    }

    private PendingRequest pending(
            RequestMessage request,
            RoutingContext context,
            CallerAnswer caller,
            Held.Share message,
            Shares.Place place,
            Consumer<PendingRequest> atEnd) {
        PendingRequest pending = new PendingRequest(
                request, publisher, session, caller, message, answers.of(context), (over, outcome) -> {
                    waiting.remove(over);
                    metrics.ended(outcome, over.age());
                    place.giveBack();
                    atEnd.accept(over);
                });
        if (!caller.isKept()) {
            WhenOver.run(context, () -> session.run(pending::left));
        }
        return pending;
    }

    private void begin(PendingRequest pending, RequestMessage request, Consumer<PendingRequest> first) {
        session.run(() -> {
            // The caller may have left while his credentials were checked.
            if (pending.isOver()) {
                return;
            }
            waiting.add(pending);
            List<ScheduledFuture<?>> clocks = new ArrayList<>(3);
            clocks.add(session.schedule(request.timeout().toMillis(), () -> pending.giveUp("no answer came in time")));
            // If the broker is away, the caller learns it as soon as with a publish, even if the timeout for the reply
            // is much longer.
            clocks.add(session.schedule(subscribeMillis, pending::giveUpSubscribing));
            request.from()
                    .expires()
                    .map(expiry -> Duration.between(Instant.now(), expiry).toMillis())
                    .filter(left -> left < request.timeout().toMillis())
                    .ifPresent(left -> clocks.add(session.schedule(Math.max(0, left), pending::expired)));
            pending.stopWhenOver(clocks);
            first.accept(pending);
        });
    }

    /** Answers the requests that still wait shortly before the process is cut off. */
    void onShutdown(@Observes ShutdownDelayInitiatedEvent event) {
        session.schedule(Math.max(1, stopTime.toMillis()), () -> List.copyOf(waiting)
                .forEach(pending -> pending.giveUp("the gateway is stopping")));
    }
}
