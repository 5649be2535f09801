package org.mqttgateway.retained;

import jakarta.ws.rs.core.Response.Status;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.limit.UnreadAnswers;

/** Why a read of what is retained fails. */
final class RetainedProblems {

    private static final int RETRY_SECONDS = 5;

    private RetainedProblems() {}

    /** Where there is no room for what is read. */
    static HttpProblem noRoom() {
        return UnreadAnswers.full("the memory for answers is full; try again later");
    }

    /** @param reason the broker's reason as one sentence */
    static HttpProblem refused(String reason) {
        return HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, reason);
    }

    static HttpProblem tooMany() {
        return unavailable(
                ReturnCode.QUEUE_SIZE,
                "too many reads of what is retained wait for their turn (mqtt.request.max-waiting); try again later",
                1);
    }

    static HttpProblem notConnected() {
        return unavailable(ReturnCode.NO_CONN, "not connected to the broker; try again later", RETRY_SECONDS);
    }

    static HttpProblem behindOthers() {
        return unavailable(
                ReturnCode.QUEUE_SIZE,
                "earlier reads of what is retained took too long; try again later",
                RETRY_SECONDS);
    }

    /** The time is over in the turn of the read itself. */
    static HttpProblem late() {
        return HttpProblem.of(
                Status.GATEWAY_TIMEOUT, ReturnCode.CONN_LOST, "the broker has not sent all that it retains in time");
    }

    private static HttpProblem unavailable(ReturnCode code, String detail, int retrySeconds) {
        return HttpProblem.retryable(Status.SERVICE_UNAVAILABLE, code, detail, retrySeconds);
    }
}
