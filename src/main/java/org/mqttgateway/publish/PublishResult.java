package org.mqttgateway.publish;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/**
 * Outcome of one publish.
 *
 * @param code paho's return code; 0 means that the broker has the message
 * @param reason what the broker has said about a message that it has accepted; absent if nothing
 * @param detail what went wrong; absent if nothing did
 */
public record PublishResult(int code, String reason, String detail) {

    /** The broker has the message. */
    public static final PublishResult SUCCESS = new PublishResult(0, null, null);

    /** The broker has the message, and nobody has subscribed to its topic. */
    public static final PublishResult NO_MATCHING_SUBSCRIBERS = new PublishResult(0, "no matching subscribers", null);

    /** The broker does not have the message, or nobody knows whether it has it. */
    static PublishResult failed(HttpProblem problem) {
        return new PublishResult(
                problem.problem().code(), null, problem.problem().detail());
    }

    /** Whether nobody knows if the broker has the message. */
    boolean isUnknown() {
        return code == ReturnCode.CONN_LOST.code();
    }

    /**
     * Writes the outcome as an object.
     *
     * @param inFull whether to write more than the code
     */
    void write(JsonGenerator json, boolean inFull) throws IOException {
        json.writeStartObject();
        json.writeNumberField("code", code);
        if (inFull && reason != null) {
            json.writeStringField("reason", reason);
        }
        if (inFull && detail != null) {
            json.writeStringField("detail", detail);
        }
        json.writeEndObject();
    }
}
