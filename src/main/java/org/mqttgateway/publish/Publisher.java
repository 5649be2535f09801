package org.mqttgateway.publish;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.mqttgateway.broker.MqttSettings;
import org.mqttgateway.broker.PublishFailure;
import org.mqttgateway.broker.TopicAllowList;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/** Sends to the channel {@code publish} what the allow list permits. */
@ApplicationScoped
class Publisher {

    private final Emitter<byte[]> emitter;
    private final TopicAllowList allowed;

    // The connector behind the channel takes all that comes and refuses what its buffer cannot hold, so the emitter
    // needs no buffer.
    Publisher(
            @Channel("publish") @OnOverflow(OnOverflow.Strategy.NONE) Emitter<byte[]> emitter, MqttSettings settings) {
        this.emitter = emitter;
        this.allowed = TopicAllowList.of(settings.publish().allow());
    }

    /** Ends when the broker has confirmed the message, or fails with an {@link HttpProblem}: 403, 503 or 504. */
    Uni<PublishResult> publish(PublishRequest request) {
        if (!allowed.permits(request.topic())) {
            return Uni.createFrom()
                    .failure(HttpProblem.of(
                            Status.FORBIDDEN,
                            ReturnCode.ACL_DENIED,
                            "the topic is not on the allow list of this gateway (mqtt.publish.allow)"));
        }
        // One operator only: each more would cost a capture and a restore of the request's contexts.
        return Uni.createFrom().emitter(answer -> emitter.send(new OutgoingMessage(request, answer)));
    }

    /** What the caller learns of a nack; a reason that is not the connector's own is passed on. */
    static Throwable toProblem(Throwable reason) {
        return reason instanceof PublishFailure failure ? toProblem(failure) : reason;
    }

    private static HttpProblem toProblem(PublishFailure failure) {
        String what = failure.getMessage();
        return switch (failure.reason()) {
            case NOT_CONNECTED ->
                HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.NO_CONN,
                        what + "; the broker does not have the message, try again later",
                        5);
            case QUEUE_FULL ->
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
        };
    }
}
