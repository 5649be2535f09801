package org.mqttgateway.publish;

/**
 * Answer to a publish that the broker has confirmed.
 *
 * @param code paho's return code, 0 (success)
 */
public record PublishResult(int code) {

    /** The broker has the message. */
    public static final PublishResult SUCCESS = new PublishResult(0);
}
