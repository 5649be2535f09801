package org.mqttgateway.http.query;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Decodes a name or value of a query (WHATWG URL, application/x-www-form-urlencoded). */
final class PercentDecoding {

    private PercentDecoding() {}

    /**
     * The text. Nothing is mended, because nobody knows what was meant: not a percent sign without two hexadecimal digits, not bytes that are
     * no UTF-8, not characters that no URL has (RFC 3986 section 2), of which {@code #} would cut off the rest in other readers.
     *
     * @return null if it is not percent-encoded UTF-8
     */
    static String decode(String encoded) {
        boolean plain = true;
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c <= ' ' || c > '~' || c == '#') {
                return null;
            }
            plain &= c != '%' && c != '+';
        }
        return plain ? encoded : bytes(encoded);
    }

    private static String bytes(String encoded) {
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                if (i + 2 >= encoded.length()
                        || !HexFormat.isHexDigit(encoded.charAt(i + 1))
                        || !HexFormat.isHexDigit(encoded.charAt(i + 2))) {
                    return null;
                }
                bytes.put((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else {
                bytes.put((byte) (c == '+' ? ' ' : c));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
