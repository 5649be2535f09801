package org.mqttgateway.mqtt.packet;

import java.util.HashMap;
import java.util.Map;
import org.mqttgateway.base.LogText;

/**
 * The reason codes of MQTT 5 in the standard's words (section 2.4, and the tables of the packets that carry them). A code is an unsigned
 * byte, given as 0 to 255; from 0x80 on it is a failure.
 */
public final class ReasonCode {

    public static final int SUCCESS = 0x00;
    public static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    public static final int NO_SUBSCRIPTION_EXISTED = 0x11;
    public static final int MALFORMED_PACKET = 0x81;
    public static final int PROTOCOL_ERROR = 0x82;
    public static final int IMPLEMENTATION_SPECIFIC_ERROR = 0x83;
    public static final int UNSUPPORTED_PROTOCOL_VERSION = 0x84;
    public static final int NOT_AUTHORIZED = 0x87;
    public static final int SESSION_TAKEN_OVER = 0x8e;
    public static final int TOPIC_NAME_INVALID = 0x90;
    public static final int PACKET_IDENTIFIER_NOT_FOUND = 0x92;
    public static final int RECEIVE_MAXIMUM_EXCEEDED = 0x93;
    public static final int TOPIC_ALIAS_INVALID = 0x94;
    public static final int PACKET_TOO_LARGE = 0x95;
    public static final int MESSAGE_RATE_TOO_HIGH = 0x96;
    public static final int QUOTA_EXCEEDED = 0x97;
    public static final int PAYLOAD_FORMAT_INVALID = 0x99;
    public static final int RETAIN_NOT_SUPPORTED = 0x9a;
    public static final int QOS_NOT_SUPPORTED = 0x9b;

    private static final int FIRST_FAILURE = 0x80;

    private static final Map<Integer, String> WORDS = new HashMap<>();

    static {
        WORDS.put(SUCCESS, "success");
        WORDS.put(0x04, "disconnect with will message");
        WORDS.put(NO_MATCHING_SUBSCRIBERS, "no matching subscribers");
        WORDS.put(NO_SUBSCRIPTION_EXISTED, "no subscription existed");
        WORDS.put(0x80, "unspecified error");
        WORDS.put(MALFORMED_PACKET, "malformed packet");
        WORDS.put(PROTOCOL_ERROR, "protocol error");
        WORDS.put(IMPLEMENTATION_SPECIFIC_ERROR, "implementation specific error");
        WORDS.put(UNSUPPORTED_PROTOCOL_VERSION, "unsupported protocol version");
        WORDS.put(0x85, "client identifier not valid");
        WORDS.put(0x86, "bad user name or password");
        WORDS.put(NOT_AUTHORIZED, "not authorized");
        WORDS.put(0x88, "server unavailable");
        WORDS.put(0x89, "server busy");
        WORDS.put(0x8a, "banned");
        WORDS.put(0x8b, "server shutting down");
        WORDS.put(0x8c, "bad authentication method");
        WORDS.put(0x8d, "keep alive timeout");
        WORDS.put(SESSION_TAKEN_OVER, "session taken over");
        WORDS.put(0x8f, "topic filter invalid");
        WORDS.put(TOPIC_NAME_INVALID, "topic name invalid");
        WORDS.put(0x91, "packet identifier in use");
        WORDS.put(PACKET_IDENTIFIER_NOT_FOUND, "packet identifier not found");
        WORDS.put(RECEIVE_MAXIMUM_EXCEEDED, "receive maximum exceeded");
        WORDS.put(TOPIC_ALIAS_INVALID, "topic alias invalid");
        WORDS.put(PACKET_TOO_LARGE, "packet too large");
        WORDS.put(MESSAGE_RATE_TOO_HIGH, "message rate too high");
        WORDS.put(QUOTA_EXCEEDED, "quota exceeded");
        WORDS.put(0x98, "administrative action");
        WORDS.put(PAYLOAD_FORMAT_INVALID, "payload format invalid");
        WORDS.put(RETAIN_NOT_SUPPORTED, "retain not supported");
        WORDS.put(QOS_NOT_SUPPORTED, "QoS not supported");
        WORDS.put(0x9c, "use another server");
        WORDS.put(0x9d, "server moved");
        WORDS.put(0x9e, "shared subscriptions not supported");
        WORDS.put(0x9f, "connection rate exceeded");
        WORDS.put(0xa0, "maximum connect time");
        WORDS.put(0xa1, "subscription identifiers not supported");
        WORDS.put(0xa2, "wildcard subscriptions not supported");
    }

    private ReasonCode() {}

    /** Whether the code says that something failed. */
    public static boolean isFailure(int code) {
        return code >= FIRST_FAILURE;
    }

    /** The code in words, {@code "not authorized"} for 0x87; {@code "reason 0xC0"} for one that the standard does not have. */
    public static String words(int code) {
        String words = WORDS.get(code);
        return words != null ? words : String.format("reason 0x%02X", code);
    }

    /** The words with the code, as the log has them: {@code "not authorized (0x87)"}. */
    public static String describe(int code) {
        return WORDS.containsKey(code) ? String.format("%s (0x%02X)", WORDS.get(code), code) : words(code);
    }

    /**
     * Whether a DISCONNECT with this code is about the connection or the broker, so that no message can be its cause: the broker shuts
     * down, another client has taken the session over, a time limit has passed, too much has come at once.
     */
    public static boolean isAboutTheConnection(int code) {
        return switch (code) {
            case 0x89,
                    0x8b,
                    0x8d,
                    SESSION_TAKEN_OVER,
                    RECEIVE_MAXIMUM_EXCEEDED,
                    MESSAGE_RATE_TOO_HIGH,
                    QUOTA_EXCEEDED,
                    0x98,
                    0x9c,
                    0x9d,
                    0x9f,
                    0xa0 -> true;
            default -> false;
        };
    }

    /** Whether a DISCONNECT with this code says that more came than the broker takes. */
    public static boolean isTooMuch(int code) {
        return code == MESSAGE_RATE_TOO_HIGH || code == QUOTA_EXCEEDED;
    }

    /** Whether a DISCONNECT with this code is about a packet that the client has sent (section 3.14.2.1): it is malformed, or says what the broker does not take. */
    public static boolean isAboutAPacket(int code) {
        return switch (code) {
            case MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    TOPIC_NAME_INVALID,
                    TOPIC_ALIAS_INVALID,
                    PACKET_TOO_LARGE,
                    PAYLOAD_FORMAT_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED -> true;
            default -> false;
        };
    }

    /**
     * The words, followed by the broker's Reason String (section 3.4.2.2.2), which is escaped and cut at {@link #MAX_REASON_STRING}
     * characters.
     */
    public static String words(int code, String reasonString) {
        return reasonString == null || reasonString.isEmpty()
                ? words(code)
                : words(code) + " (" + shorten(reasonString) + ")";
    }

    private static final int MAX_REASON_STRING = 200;

    private static String shorten(String text) {
        String escaped = LogText.escape(text);
        if (escaped.length() <= MAX_REASON_STRING) {
            return escaped;
        }
        int end = Character.isHighSurrogate(escaped.charAt(MAX_REASON_STRING - 1))
                ? MAX_REASON_STRING - 1
                : MAX_REASON_STRING;
        return escaped.substring(0, end) + "...";
    }
}
