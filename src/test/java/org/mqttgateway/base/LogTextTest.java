package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** No text from outside ends a log line or moves the cursor of the terminal that shows it. */
class LogTextTest {

    @Test
    void leavesReadableTextAlone() {
        String text = "Grüße, \"日本\" {\"path\":\"C:\\temp\"} 🌍 👩\u200d🔬";
        assertEquals(text, LogText.escape(text));
    }

    @Test
    void escapesWhatBreaksALine() {
        assertEquals("a\\nb\\rc\\td\\u0085e\\u2028f\\u2029g", LogText.escape("a\nb\rc\td\u0085e\u2028f\u2029g"));
    }

    @Test
    void escapesWhatATerminalObeys() {
        assertEquals("\\u001b[2Jx\\u0000\\u009b\\u202e\\u007f", LogText.escape("\u001b[2Jx\0\u009b\u202e\u007f"));
    }

    @Test
    void escapesHalfASurrogatePair() {
        assertEquals("\\ud83cx", LogText.escape("\ud83cx"));
    }
}
