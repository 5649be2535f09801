package org.mqttgateway.publish.parse;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Whether bytes and characters are Unicode text. */
final class Unicode {

    private Unicode() {}

    /** Whether every surrogate is part of a pair. A string with a lone surrogate cannot be written as UTF-8. */
    static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The same for a part of an array. */
    static boolean isText(char[] text, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (Character.isSurrogate(text[i])) {
                return isText(new String(text, offset, length));
            }
        }
        return true;
    }

    /** What is wrong with a body that must be JSON in UTF-8, in words; null if nothing is. */
    static String problem(byte[] body) {
        for (byte b : body) {
            // JSON does not allow U+0000 either, and the parser would take a body with it for UTF-16.
            if (b <= 0) {
                return decode(body);
            }
        }
        return null;
    }

    private static String decode(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate(8_192);
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        if (result.isError()) {
            return "byte " + (in.position() + 1) + " of the body is not UTF-8";
        }
        for (int i = 0; i < body.length; i++) {
            if (body[i] == 0) {
                return "byte " + (i + 1) + " of the body is U+0000, which JSON does not allow";
            }
        }
        return null;
    }
}
