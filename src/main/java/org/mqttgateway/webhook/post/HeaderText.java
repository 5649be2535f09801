package org.mqttgateway.webhook.post;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Text as the value of a header. */
final class HeaderText {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private HeaderText() {}

    /** UTF-8, as the headers of a raw publish are read. A control character, which no header can have, is percent-encoded. */
    static String utf8(String text) {
        return encoded(text, false);
    }

    /** Printable ASCII only: all other characters, the blank, the quote and the percent sign are percent-encoded (CloudEvents HTTP binding 1.0.2 section 3.1.3.2). */
    static String ascii(String text) {
        return encoded(text, true);
    }

    private static String encoded(String text, boolean ascii) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder header = new StringBuilder(bytes.length);
        for (byte each : bytes) {
            int c = Byte.toUnsignedInt(each);
            boolean control = c < ' ' || c == 0x7f;
            boolean special = c > '~' || c == ' ' || c == '"' || c == '%';
            if (control || ascii && special) {
                header.append('%').append(HEX.toHighHexDigit(c)).append(HEX.toLowHexDigit(c));
            } else {
                // The client writes each character as a byte.
                header.append((char) c);
            }
        }
        return header.toString();
    }
}
