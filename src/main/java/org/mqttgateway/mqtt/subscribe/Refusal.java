package org.mqttgateway.mqtt.subscribe;

import org.mqttgateway.mqtt.packet.ReasonCode;

/**
 * Why a subscription was not granted.
 *
 * @param reason one sentence for the caller and the status, without an end
 * @param advice what an operator can do about it, one sentence
 */
record Refusal(String reason, String advice) {

    /** SUBACK refuses {@code filter} with this reason code (section 3.9.3). */
    static Refusal byCode(String filter, int code) {
        String why = code == 0x80 ? "" : ": " + ReasonCode.words(code);
        return new Refusal("the broker refused the subscription of " + filter + why, "Check the broker's access rules");
    }

    /** The broker closes the connection when {@code filter} is asked for. */
    static Refusal byClosing(String filter) {
        return new Refusal(
                "the broker closes the connection on the subscription of " + filter, "Check the broker's access rules");
    }

    /** A SUBSCRIBE of {@code filter} would have more bytes than the broker takes (section 3.2.2.3.6). */
    static Refusal tooLarge(String filter, long maximumPacketSize) {
        return new Refusal(
                "the subscription of " + filter + " is larger than the broker's largest packet (" + maximumPacketSize
                        + " bytes)",
                "Shorten the filter");
    }

    /** For the log of a channel, which consumes nothing then. */
    String forLog(String detail) {
        return Character.toUpperCase(reason.charAt(0)) + reason.substring(1) + detail + ": nothing will be consumed. "
                + advice;
    }
}
