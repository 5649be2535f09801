package org.mqttgateway.request;

import jakarta.ws.rs.core.Response.Status;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/** Why a request has no reply. */
final class RequestProblems {

    private static final int RETRY_SECONDS = 5;

    private RequestProblems() {}

    /** For a request without {@code replyTo} to a broker of MQTT 3.1.1, which has no Response Topic. */
    static HttpProblem noReplyTo() {
        return HttpProblem.invalid(
                "replyTo", "is required: the broker speaks MQTT 3.1.1, which cannot tell a receiver where to answer");
    }

    /** @param reason the broker's reason as one sentence */
    static HttpProblem refused(String reason) {
        return HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, reason);
    }

    /** The message has not been published. */
    static HttpProblem notSent(ReturnCode code, String detail) {
        return HttpProblem.retryable(
                Status.SERVICE_UNAVAILABLE,
                code,
                detail + "; the broker does not have the message, try again later",
                RETRY_SECONDS);
    }

    /** @param published whether the broker has the message: {@code true} or {@code "unknown"} */
    static HttpProblem noAnswer(String detail, Object published) {
        return HttpProblem.of(Status.GATEWAY_TIMEOUT, ReturnCode.CONN_LOST, detail)
                .published(published);
    }
}
