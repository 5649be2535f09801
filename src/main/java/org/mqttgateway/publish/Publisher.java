package org.mqttgateway.publish;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.mqttgateway.connector.ConfirmedMqttConnector;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.Violations;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.publish.parse.GivenProperties;
import org.mqttgateway.publish.parse.PublishRequest;
import org.mqttgateway.settings.GatewaySettings;

/** Sends messages to the channel {@code publish} if the caller may publish them. */
@ApplicationScoped
public class Publisher {

    private final Emitter<byte[]> emitter;
    private final Vertx vertx;
    private final Duration shutdownDelay;

    private final Shares shares;

    /** Null for the connector {@code confirmed-mqtt}. */
    private final WaitingPublishes waiting;

    private volatile boolean stopping;

    // Another connector than confirmed-mqtt may ask for one message after the other. Without a buffer the emitter would
    // lose those that come in between; WaitingPublishes limits it.
    Publisher(
            @Channel("publish") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> emitter,
            Vertx vertx,
            GatewaySettings settings,
            TooMany tooMany,
            @ConfigProperty(name = "quarkus.shutdown.delay") Optional<Duration> shutdownDelay,
            @ConfigProperty(name = "mp.messaging.outgoing.publish.connector") String connector) {
        this.emitter = emitter;
        this.vertx = vertx;
        this.shutdownDelay = shutdownDelay.orElse(Duration.ZERO);
        this.shares = new Shares(
                tooMany,
                "messages that may wait for the broker (mqtt.max-inflight, mqtt.max-queued, mqtt.max-queued-size)",
                "the broker does not have this one, try again later",
                1,
                (long) settings.maxInflight() + settings.maxQueued(),
                settings.maxQueuedSize().asLongValue());
        this.waiting =
                connector.equals(ConfirmedMqttConnector.NAME) ? null : new WaitingPublishes(emitter, vertx, settings);
    }

    /**
     * Refuses new publishes once the shutdown delay is over. Quarkus itself would go on accepting requests, so a gateway under load would
     * end only when its shutdown timeout is over.
     */
    void onShutdown(@Observes ShutdownDelayInitiatedEvent event) {
        vertx.setTimer(Math.max(1, shutdownDelay.toMillis()), id -> stopping = true);
    }

    /**
     * @param answer completes when the broker has confirmed the message, or fails with an {@link HttpProblem}: 400, 403, 413, 429, 502,
     *     503 or 504
     */
    public void publish(PublishRequest request, Caller caller, CompletableFuture<PublishResult> answer) {
        if (stopping) {
            answer.completeExceptionally(HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE,
                    ReturnCode.NO_CONN,
                    "the gateway is stopping; the broker does not have the message, try again later",
                    1));
            return;
        }
        Shares.Place place;
        try {
            caller.requirePublish(request.topic());
            // Where nobody shares, nobody needs to know what the message weighs here.
            place = caller.owner().sharing() ? shares.take(caller, request.weight()) : Shares.Place.NONE;
        } catch (HttpProblem refused) {
            answer.completeExceptionally(refused);
            return;
        }
        if (waiting == null) {
            try {
                emitter.send(new OutgoingMessage(request, place, answer));
            } catch (IllegalStateException ended) {
                place.giveBack();
                throw ended;
            }
        } else {
            sendToAnother(request, place, answer);
        }
    }

    /** Sends to another connector than {@code confirmed-mqtt}. */
    private void sendToAnother(PublishRequest request, Shares.Place place, CompletableFuture<PublishResult> answer) {
        GivenProperties properties = request.properties();
        if (properties != null && properties.extras().needed()) {
            place.giveBack();
            answer.completeExceptionally(
                    noProperties(request, "the channel publish has a connector that knows no properties"));
            return;
        }
        if (properties != null) {
            properties.extras().leaves();
        }
        waiting.send(request, place, answer);
    }

    /** The exception with which the answer fails after a nack. A reason that is not from the connector is passed on unchanged. */
    static Throwable toProblem(Throwable reason, PublishRequest request) {
        return reason instanceof PublishFailure failure ? toProblem(failure, request) : reason;
    }

    private static HttpProblem toProblem(PublishFailure failure, PublishRequest request) {
        String what = failure.getMessage();
        return switch (failure.reason()) {
            case NOT_CONNECTED ->
                HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.NO_CONN,
                        what + "; the broker does not have the message, try again later",
                        5);
            case QUEUE_FULL, CONGESTED ->
                HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        what + "; the broker does not have this one, try again later",
                        1);
            case OUTCOME_UNKNOWN ->
                HttpProblem.of(
                        Status.GATEWAY_TIMEOUT,
                        ReturnCode.CONN_LOST,
                        what + ": the outcome is unknown, the broker may have it or not");
            case REFUSED -> BrokerRefusal.toProblem(failure.reasonCode(), what);
            case NO_PROPERTIES -> noProperties(request, what);
        };
    }

    private static HttpProblem noProperties(PublishRequest request, String why) {
        Violations violations = new Violations();
        request.properties().names().forEach(name -> violations.add(name, "cannot be sent: " + why));
        return violations.toProblem();
    }
}
