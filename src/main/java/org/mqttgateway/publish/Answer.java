package org.mqttgateway.publish;

import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.ws.rs.core.Response;

/**
 * Makes the outcome of a publish the answer to a request.
 *
 * @param success the answer to nearly every request, made once for all of them
 */
record Answer(UniEmitter<? super Response> response, Response success) implements UniEmitter<PublishResult> {

    @Override
    public void complete(PublishResult result) {
        response.complete(result == PublishResult.SUCCESS ? success : PublishResource.json(result));
    }

    @Override
    public void fail(Throwable failure) {
        response.fail(failure);
    }

    @Override
    public UniEmitter<PublishResult> onTermination(Runnable onTermination) {
        response.onTermination(onTermination);
        return this;
    }
}
