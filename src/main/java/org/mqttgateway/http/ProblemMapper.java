package org.mqttgateway.http;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers every failure of a resource with a {@link Problem}; no stack trace and no class name reaches a caller. */
public class ProblemMapper {

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    @ServerExceptionMapper
    Response map(HttpProblem failure) {
        Response.ResponseBuilder response = answer(failure.problem());
        failure.retryAfterSeconds().ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds));
        failure.challenge().ifPresent(challenge -> response.header(HttpHeaders.WWW_AUTHENTICATE, challenge));
        return response.build();
    }

    /** Answers what Quarkus REST itself refuses: an unknown path, method or media type. */
    @ServerExceptionMapper
    Response map(WebApplicationException failure) {
        Status status = Status.fromStatusCode(failure.getResponse().getStatus());
        if (status == null || status.getFamily() != Status.Family.CLIENT_ERROR) {
            return map((Throwable) failure);
        }
        String detail =
                switch (status) {
                    case NOT_FOUND -> "there is nothing at this path";
                    case METHOD_NOT_ALLOWED -> "this path does not have this method";
                    case UNSUPPORTED_MEDIA_TYPE ->
                        "the Content-Type is not usable: send application/json, or any other type with ?topic=";
                    default -> "the request cannot be read";
                };
        return answer(Problem.of(status, ReturnCode.INVAL, detail, null)).build();
    }

    @ServerExceptionMapper
    Response map(Throwable failure) {
        // Written by a worker thread: a slow log would hold up the event loop.
        Infrastructure.getDefaultWorkerPool()
                .execute(() -> LOG.error("A request failed for a reason that is not the caller's", failure));
        return answer(Problem.of(
                        Status.INTERNAL_SERVER_ERROR, ReturnCode.UNKNOWN, "the gateway failed; its log says why", null))
                .build();
    }

    private static Response.ResponseBuilder answer(Problem problem) {
        return Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
    }
}
