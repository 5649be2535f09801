package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A payload is shown as text where it is text and as base64 where it is not, on one line and not without end. */
class PayloadTextTest {

    @Test
    void showsTextAsItIs() {
        assertEquals("Grüße 🌍", forLog("Grüße 🌍", 100));
    }

    @Test
    void escapesWhatBreaksTheLine() {
        assertEquals("one\\ntwo\\u001b[31m", forLog("one\ntwo\u001b[31m", 100));
    }

    @Test
    void showsBytesThatAreNoTextAsBase64() {
        assertEquals("base64:/wAB", PayloadText.forLog(new byte[] {(byte) 0xff, 0, 1}, 100));
    }

    @Test
    void cutsAndNamesTheFullSize() {
        assertEquals("12345", forLog("12345", 5));
        assertEquals("12345... (6 bytes in all)", forLog("123456", 5));
        assertEquals("base64://8=... (3 bytes in all)", PayloadText.forLog(new byte[] {-1, -1, -1}, 2));
    }

    @Test
    void cutsBetweenCharacters() {
        assertEquals("Gr... (7 bytes in all)", forLog("Grüße", 3));
        assertEquals("... (4 bytes in all)", forLog("🌍", 3));
    }

    @Test
    void takesHalfACharacterAtTheEndForBytes() {
        assertEquals("base64:YcM=", PayloadText.forLog(new byte[] {'a', (byte) 0xc3}, 100));
    }

    private static String forLog(String text, int max) {
        return PayloadText.forLog(text.getBytes(StandardCharsets.UTF_8), max);
    }

    @Test
    void textOrNull() {
        assertEquals("日本", PayloadText.decode("日本".getBytes(StandardCharsets.UTF_8)));
        assertNull(PayloadText.decode(new byte[] {(byte) 0xff}));
    }
}
