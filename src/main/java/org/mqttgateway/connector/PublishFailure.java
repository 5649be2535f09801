package org.mqttgateway.connector;

/** Why a message was not confirmed by the broker; the nack reason of the channel's messages. */
public final class PublishFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What the sender may conclude. */
    public enum Reason {
        /** No connection until the deadline: the broker does not have the message. */
        NOT_CONNECTED,
        /** The buffer is full: refused at once, the broker does not have the message. */
        QUEUE_FULL,
        /** Sent, but not confirmed by the deadline: the broker may have the message or not. */
        OUTCOME_UNKNOWN
    }

    private final Reason reason;

    PublishFailure(Reason reason, String message) {
        // No stack trace: it would always be the outbox', and it is the dearest part of a refusal under load.
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
