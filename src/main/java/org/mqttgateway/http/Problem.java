package org.mqttgateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.ws.rs.core.Response.StatusType;
import java.io.IOException;
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
public record Problem(
        String type, String title, int status, String detail, int code, Object published, List<Violation> violations) {

    /** The media type of problems. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** Most bytes of {@link #detail}, as JSON: part of it may be what the broker says, or what the caller has written. */
    private static final int DETAIL_BYTES = 3_500;

    static Problem of(StatusType status, ReturnCode code, String detail, List<Violation> violations) {
        return new Problem(
                "about:blank",
                status.getReasonPhrase(),
                status.getStatusCode(),
                JsonSize.cut(detail, DETAIL_BYTES),
                code.code(),
                null,
                violations);
    }

    /** The same problem, with what is known about the message of a request. */
    Problem published(Object known) {
        return new Problem(type, title, status, detail, code, known, violations);
    }

    /**
     * The body of the answer, in UTF-8. It is written field by field: Jackson's mapper, which could do that too, takes half a second of CPU
     * when it is first used, and that would be on an event loop, in the first answer with an error.
     */
    byte[] toJson() {
        return MessageJson.bytes(detail.length() + 200, this::write);
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type);
        json.writeStringField("title", title);
        json.writeNumberField("status", status);
        json.writeStringField("detail", detail);
        json.writeNumberField("code", code);
        if (published instanceof Boolean known) {
            json.writeBooleanField("published", known);
        } else if (published != null) {
            json.writeStringField("published", published.toString());
        }
        if (violations != null) {
            json.writeArrayFieldStart("violations");
            for (Violation violation : violations) {
                json.writeStartObject();
                json.writeStringField("field", violation.field());
                json.writeStringField("message", violation.message());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    /**
     * One wrong field of a request.
     *
     * @param field the name of the field, parameter or header
     * @param message what is wrong with it, without the name
     */
    public record Violation(String field, String message) {}
}
