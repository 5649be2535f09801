package org.mqttgateway.publish;

import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.mqttgateway.base.Held;
import org.mqttgateway.connector.Capacity;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.publish.parse.PublishRequest;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The publishes that wait for another connector than {@code confirmed-mqtt}, which limits them itself: how many they are, how many bytes
 * they hold, and how long their callers wait.
 */
final class WaitingPublishes {

    private final Emitter<byte[]> emitter;
    private final Vertx vertx;
    private final Held held;
    private final long timeoutMillis;

    WaitingPublishes(Emitter<byte[]> emitter, Vertx vertx, GatewaySettings settings) {
        this.emitter = emitter;
        this.vertx = vertx;
        this.held = Capacity.ofPublishes(settings);
        this.timeoutMillis = settings.publishTimeout().toMillis();
    }

    /**
     * Sends the message if there is room. The connector holds it until it acks or nacks it, so it is counted until then, even if its caller
     * has been answered.
     *
     * @param place the share of the caller, given back when the message is no longer held
     * @param answer completes with the ack; fails at once if there is no room, at the deadline if there is no ack until then, and with the
     *     nack
     */
    void send(PublishRequest request, Shares.Place place, CompletableFuture<PublishResult> answer) {
        int weight = request.weight();
        if (!held.tryAdd(weight)) {
            place.giveBack();
            answer.completeExceptionally(Publisher.toProblem(Capacity.full(), request));
            return;
        }
        long deadline = vertx.setTimer(
                timeoutMillis,
                id -> answer.completeExceptionally(unknown("the connector has not sent the message in time", request)));
        CompletableFuture<PublishResult> outcome = new CompletableFuture<>();
        outcome.whenComplete((result, failure) -> {
            vertx.cancelTimer(deadline);
            held.remove(weight);
            place.giveBack();
            if (failure == null) {
                answer.complete(result);
            } else {
                // Nobody but the connector knows whether the message had left by then.
                answer.completeExceptionally(
                        unknown("the connector has failed the message (" + failure.getMessage() + ")", request));
            }
        });
        try {
            emitter.send(new OutgoingMessage(request, place, outcome));
        } catch (IllegalStateException ended) {
            // The connector has given its channel up.
            outcome.completeExceptionally(ended);
        }
    }

    private static Throwable unknown(String what, PublishRequest request) {
        return Publisher.toProblem(new PublishFailure(Reason.OUTCOME_UNKNOWN, what), request);
    }
}
