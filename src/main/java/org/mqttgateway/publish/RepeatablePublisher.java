package org.mqttgateway.publish;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.CompletableFuture;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.repeat.Repeat;
import org.mqttgateway.publish.parse.GivenProperties;
import org.mqttgateway.publish.parse.PublishRequest;

/** Publishes what the broker is not known to have from an earlier time. */
@ApplicationScoped
class RepeatablePublisher {

    private final Publisher publisher;

    RepeatablePublisher(Publisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Publishes the only message of a request.
     *
     * @param answer as {@link Publisher#publish} has it; the request may be repeated as soon as it completes
     */
    void publish(PublishRequest message, Caller caller, Repeat repeat, CompletableFuture<PublishResult> answer) {
        if (repeat == Repeat.NONE) {
            publisher.publish(message, caller, answer);
            return;
        }
        CompletableFuture<PublishResult> outcome = new CompletableFuture<>();
        // The answer must not be out before the end, or a quick repeat would be told that the first one is being done.
        outcome.whenComplete((result, failure) -> {
            repeat.end(rest(failure));
            pass(result, failure, answer);
        });
        publish(message, caller, repeat, 0, outcome);
    }

    /** Publishes one of the messages of a request. The repeat is not ended. */
    void publish(
            PublishRequest message, Caller caller, Repeat repeat, int item, CompletableFuture<PublishResult> outcome) {
        if (repeat == Repeat.NONE) {
            publisher.publish(message, caller, outcome);
            return;
        }
        if (repeat.known(item) instanceof PublishResult known) {
            outcome.complete(known);
            return;
        }
        CompletableFuture<PublishResult> sent = new CompletableFuture<>();
        sent.whenComplete((result, failure) -> {
            if (failure == null) {
                repeat.keep(item, result, 0);
            }
            pass(result, failure, outcome);
        });
        GivenProperties properties = message.properties() == null ? GivenProperties.NONE : message.properties();
        try {
            publisher.publish(
                    message.with(properties.whenConfirmedLate(() -> repeat.keep(item, PublishResult.SUCCESS, 0))),
                    caller,
                    sent);
        } catch (RuntimeException failure) {
            sent.completeExceptionally(failure);
        }
    }

    private static void pass(PublishResult result, Throwable failure, CompletableFuture<PublishResult> to) {
        if (failure == null) {
            to.complete(result);
        } else {
            to.completeExceptionally(failure);
        }
    }

    private static Repeat.Rest rest(Throwable failure) {
        boolean unknown = failure instanceof HttpProblem problem
                && problem.problem().status() == Status.GATEWAY_TIMEOUT.getStatusCode();
        return unknown ? Repeat.Rest.MAY_COME : Repeat.Rest.NOT_DONE;
    }
}
