package org.mqttgateway.base;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Shows payloads as text: UTF-8 as it is, anything else as base64. */
public final class PayloadText {

    private PayloadText() {}

    /** One line for the log: escaped, and cut after {@code max} bytes with the full size named. */
    public static String forLog(byte[] payload, int max) {
        boolean cut = payload.length > max;
        String text = decode(payload, max);
        String shown = text != null ? LogText.escape(text) : "base64:" + base64(payload, max);
        return cut ? shown + "... (" + payload.length + " bytes in all)" : shown;
    }

    private static String base64(byte[] payload, int max) {
        return base64(payload.length > max ? Arrays.copyOf(payload, max) : payload);
    }

    /** RFC 4648 section 4. */
    public static String base64(byte[] payload) {
        return Base64.getEncoder().encodeToString(payload);
    }

    /** The text of the payload; null if it is not UTF-8. */
    public static String decode(byte[] payload) {
        return decode(payload, payload.length);
    }

    /** The characters that lie completely in the first {@code max} bytes; null if the bytes are not UTF-8. */
    private static String decode(byte[] payload, int max) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        int length = Math.min(payload.length, max);
        CharBuffer text = CharBuffer.allocate(length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(payload, 0, length), text, length == payload.length);
        return result.isError() ? null : text.flip().toString();
    }
}
