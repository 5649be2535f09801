package org.mqttgateway.publish;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Outcome of one publish.
 *
 * @param code paho's return code; 0 means that the broker has the message
 * @param detail what went wrong; absent if nothing did
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record PublishResult(int code, String detail) {

    /** The broker has the message. */
    public static final PublishResult SUCCESS = new PublishResult(0, null);
}
