package org.mqttgateway.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;

/**
 * Body of an error, {@code application/problem+json} (RFC 9457).
 *
 * @param type kind of the problem; always {@code about:blank}, which means that the status describes it (RFC 9457 section 4.2.1)
 * @param title the status in words
 * @param status HTTP status
 * @param detail what is wrong and how to mend it
 * @param code paho's return code
 * @param published only for a request without a reply: {@code true} if the broker has the message, {@code "unknown"} if nobody knows
 * @param violations the wrong fields and what is wrong with each; absent if no field is wrong
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection(targets = {Problem.class, Problem.Violation.class})
public record Problem(
        String type, String title, int status, String detail, int code, Object published, List<Violation> violations) {

    /** The media type of problems. */
    public static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(Status status, ReturnCode code, String detail, List<Violation> violations) {
        return new Problem(
                "about:blank", status.getReasonPhrase(), status.getStatusCode(), detail, code.code(), null, violations);
    }

    /** The same problem, with what is known about the message of a request. */
    Problem published(Object known) {
        return new Problem(type, title, status, detail, code, known, violations);
    }

    /**
     * One wrong field of a request.
     *
     * @param field the name of the field, parameter or header
     * @param message what is wrong with it, without the name
     */
    public record Violation(String field, String message) {

        /** A filter has a level that is one blank: nobody wants it, and the broker would grant it and then send nothing. */
        public static Violation blankLevel(String field) {
            return new Violation(field, "has a level that is one blank: in a URL the wildcard + is written %2B");
        }
    }
}
