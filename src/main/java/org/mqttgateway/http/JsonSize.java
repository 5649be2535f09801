package org.mqttgateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/** How many bytes a text takes as a string in JSON, and texts that are cut so that they take few. */
public final class JsonSize {

    private static final String CUT = "...";

    private JsonSize() {}

    /** Bytes of the text in UTF-8, with what is escaped, and without the quotes around it. */
    public static int of(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            bytes += of(text.charAt(i));
        }
        return bytes;
    }

    /** Most bytes of a character. Jackson escapes both halves of a surrogate pair. */
    private static int of(char c) {
        if (c < ' ' || Character.isSurrogate(c)) {
            return 6;
        }
        if (c < 0x80) {
            return c == '"' || c == '\\' ? 2 : 1;
        }
        return c < 0x800 ? 2 : 3;
    }

    /**
     * The beginning of the text that takes at most {@code bytes} and, if something is missing, three dots. Half of a surrogate pair, which
     * JSON in UTF-8 cannot hold, becomes a question mark.
     */
    public static String cut(String text, int bytes) {
        int room = bytes;
        int end = 0;
        boolean pairs = false;
        while (end < text.length() && of(text.charAt(end)) <= room) {
            room -= of(text.charAt(end));
            pairs |= Character.isSurrogate(text.charAt(end));
            end++;
        }
        if (end < text.length() && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        String shown = end == text.length() ? text : text.substring(0, end) + CUT;
        return pairs ? new String(shown.getBytes(UTF_8), UTF_8) : shown;
    }
}
