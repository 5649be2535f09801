package org.mqttgateway.http;

import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.Response.StatusType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.mqttgateway.http.Problem.Violation;

/**
 * Ends a request with a {@link Problem}. It is an answer to the caller and not a defect of the service, so it has no stack trace and is not
 * logged.
 */
public final class HttpProblem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;
    private final int retryAfterSeconds;
    private final String challenge;

    private HttpProblem(Problem problem, int retryAfterSeconds, String challenge) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.retryAfterSeconds = retryAfterSeconds;
        this.challenge = challenge;
    }

    /** @param detail what is wrong and how to mend it, with the names that the caller uses */
    public static HttpProblem of(StatusType status, ReturnCode code, String detail) {
        return new HttpProblem(Problem.of(status, code, detail, null), 0, null);
    }

    /** A temporary problem: {@code Retry-After} says when to try again. */
    public static HttpProblem retryable(Status status, ReturnCode code, String detail, int retryAfterSeconds) {
        return new HttpProblem(Problem.of(status, code, detail, null), retryAfterSeconds, null);
    }

    /** A request in which one field is wrong, 400. {@link Violations} collects several. */
    public static HttpProblem invalid(String field, String message) {
        Violations one = new Violations();
        one.add(field, message);
        return one.toProblem();
    }

    static HttpProblem invalid(String detail, List<Violation> violations) {
        return new HttpProblem(Problem.of(Status.BAD_REQUEST, ReturnCode.INVAL, detail, violations), 0, null);
    }

    /** The same problem, which also tells the caller whether the broker has the message: {@code true} or {@code "unknown"}. */
    public HttpProblem published(Object known) {
        return new HttpProblem(problem.published(known), retryAfterSeconds, challenge);
    }

    /**
     * The same problem, which also tells the caller which credentials he needs.
     *
     * @param value of {@code WWW-Authenticate} (RFC 9110 section 11.6.1)
     */
    public HttpProblem challenge(String value) {
        return new HttpProblem(problem, retryAfterSeconds, value);
    }

    /** The body of the answer. */
    public Problem problem() {
        return problem;
    }

    /** The value of {@code WWW-Authenticate}, if other credentials may help. */
    public Optional<String> challenge() {
        return Optional.ofNullable(challenge);
    }

    /** The value of {@code Retry-After} in seconds, if trying again may help. */
    public OptionalInt retryAfterSeconds() {
        return retryAfterSeconds > 0 ? OptionalInt.of(retryAfterSeconds) : OptionalInt.empty();
    }
}
