package org.mqttgateway.mqtt;

/** Why a message was not confirmed by the broker. */
public final class PublishFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The broker closed the connection instead of giving a reason code. */
    public static final int NO_REASON_CODE = -1;

    /** What the sender may conclude. */
    public enum Reason {
        /** No connection until the deadline: the broker does not have the message. */
        NOT_CONNECTED,
        /** The buffer is full: refused at once, the broker does not have the message. */
        QUEUE_FULL,
        /** Connected, but the broker took the messages before it too slowly: it does not have this one. */
        CONGESTED,
        /** Sent, but not confirmed by the deadline: the broker may have the message or not. */
        OUTCOME_UNKNOWN,
        /** The broker will not have the message; {@link PublishFailure#reasonCode()} says why. */
        REFUSED,
        /** The connection speaks MQTT 3.1.1, which has no place for the properties of the message: the broker does not have it. */
        NO_PROPERTIES
    }

    private final Reason reason;
    private final int reasonCode;

    private PublishFailure(Reason reason, int reasonCode, String message) {
        // No stack trace: it would always be the session's, and it is the dearest part of a refusal under load.
        super(message, null, false, false);
        this.reason = reason;
        this.reasonCode = reasonCode;
    }

    public PublishFailure(Reason reason, String message) {
        this(reason, NO_REASON_CODE, message);
    }

    /**
     * The broker has answered that it refuses the message, or has said before that it would.
     *
     * @param reasonString what the broker added in words of its own; null if nothing
     */
    static PublishFailure refused(int reasonCode, String reasonString) {
        return new PublishFailure(Reason.REFUSED, reasonCode, ReasonCode.words(reasonCode, reasonString));
    }

    /** The broker closes the connection when the message comes. */
    static PublishFailure closedOn(OutgoingPublish publish, SessionHandler.Loss loss) {
        return new PublishFailure(
                // A broker that has answered PUBREC has the message (section 4.3.3), whatever became of it there.
                publish.received ? Reason.OUTCOME_UNKNOWN : Reason.REFUSED,
                NO_REASON_CODE,
                "the broker closes the connection on this message"
                        + (ReasonCode.isFailure(loss.reasonCode()) ? ": " + ReasonCode.words(loss.reasonCode()) : ""));
    }

    public Reason reason() {
        return reason;
    }

    /** The {@link ReasonCode} of a refusal, {@link #NO_REASON_CODE} if there is none. */
    public int reasonCode() {
        return reasonCode;
    }
}
