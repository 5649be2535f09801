package org.mqttgateway.publish;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.mqttgateway.broker.PublishFailure;

/** Answers a publish that the broker did not confirm. */
public class PublishFailureMapper {

    @ServerExceptionMapper
    Response map(PublishFailure failure) {
        return switch (failure.reason()) {
            case NOT_CONNECTED ->
                retryable(
                        ReturnCode.NO_CONN, failure.getMessage() + "; the broker does not have it. Try again later", 5);
            case QUEUE_FULL ->
                retryable(
                        ReturnCode.QUEUE_SIZE,
                        failure.getMessage() + "; the broker does not have this one. Try again later",
                        1);
            case OUTCOME_UNKNOWN ->
                problem(
                                Status.GATEWAY_TIMEOUT,
                                ReturnCode.CONN_LOST,
                                failure.getMessage() + ": the outcome is unknown, the broker may have it or not")
                        .build();
        };
    }

    private static Response retryable(ReturnCode code, String detail, int afterSeconds) {
        return problem(Status.SERVICE_UNAVAILABLE, code, detail)
                .header(HttpHeaders.RETRY_AFTER, afterSeconds)
                .build();
    }

    private static Response.ResponseBuilder problem(Status status, ReturnCode code, String detail) {
        return Response.status(status)
                .type(Problem.MEDIA_TYPE)
                .entity(new Problem(
                        "about:blank", status.getReasonPhrase(), status.getStatusCode(), detail, code.code(), null));
    }
}
