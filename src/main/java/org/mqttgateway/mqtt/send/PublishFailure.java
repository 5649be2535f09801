package org.mqttgateway.mqtt.send;

import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.session.SessionHandler;

/** Why a message was not confirmed by the broker. */
public final class PublishFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The broker closed the connection instead of giving a reason code. */
    public static final int NO_REASON_CODE = -1;

    /** What the sender may conclude. */
    public enum Reason {
        /** There was no connection until the deadline. The broker does not have the message. */
        NOT_CONNECTED,
        /** The buffer is full, so the message was refused at once. The broker does not have it. */
        QUEUE_FULL,
        /** There was a connection, but the broker took the earlier messages too slowly. It does not have this one. */
        CONGESTED,
        /** The message was sent but not confirmed by the deadline. The broker may have it or not. */
        OUTCOME_UNKNOWN,
        /** The broker does not accept the message; {@link PublishFailure#reasonCode()} says why. */
        REFUSED,
        /** The message has properties and the connection speaks MQTT 3.1.1, which has none. The broker does not have the message. */
        NO_PROPERTIES
    }

    private final Reason reason;
    private final int reasonCode;

    private PublishFailure(Reason reason, int reasonCode, String message) {
        // No stack trace: it would always show the same place in the session, and to make one is the most expensive
        // part of a refusal under load.
        super(message, null, false, false);
        this.reason = reason;
        this.reasonCode = reasonCode;
    }

    /** A failure without a reason code; {@code message} is for the caller. */
    public PublishFailure(Reason reason, String message) {
        this(reason, NO_REASON_CODE, message);
    }

    /**
     * The broker has refused the message, or has said in CONNACK that it does not accept such messages.
     *
     * @param reasonString the broker's Reason String; null if there was none
     */
    public static PublishFailure refused(int reasonCode, String reasonString) {
        return new PublishFailure(Reason.REFUSED, reasonCode, ReasonCode.words(reasonCode, reasonString));
    }

    /** The broker closes the connection when the message comes. */
    public static PublishFailure closed(SessionHandler.Loss loss) {
        return new PublishFailure(
                Reason.REFUSED,
                NO_REASON_CODE,
                "the broker closes the connection on this message"
                        + (ReasonCode.isFailure(loss.reasonCode()) ? ": " + ReasonCode.words(loss.reasonCode()) : ""));
    }

    /** What the publisher may conclude. */
    public Reason reason() {
        return reason;
    }

    /** The {@link ReasonCode} of a refusal, {@link #NO_REASON_CODE} if there is none. */
    public int reasonCode() {
        return reasonCode;
    }
}
