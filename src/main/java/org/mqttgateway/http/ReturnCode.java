package org.mqttgateway.http;

/** The return codes of the MQTT library paho ({@code MQTT_ERR_*}), which many callers know from Python. */
public enum ReturnCode {
    /** The broker has the message. */
    SUCCESS(0),
    /** The broker closes the connection on this message. */
    PROTOCOL(2),
    /** The request is wrong. */
    INVAL(3),
    /** Not connected: the broker does not have the message. */
    NO_CONN(4),
    /** Sent, but not confirmed: the broker may have the message. */
    CONN_LOST(7),
    /** The payload is larger than {@code mqtt.max-message-size}. */
    PAYLOAD_SIZE(9),
    /** Not authenticated, or the topic is not on the allow list. */
    ACL_DENIED(12),
    /** The gateway itself failed. */
    UNKNOWN(13),
    /** Too many messages wait, or too many are this caller's: the broker does not have this one. */
    QUEUE_SIZE(15);

    private final int code;

    ReturnCode(int code) {
        this.code = code;
    }

    /** The number in the answer. */
    public int code() {
        return code;
    }
}
