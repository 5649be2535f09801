package org.mqttgateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The size of a text in JSON is what is written. */
class JsonSizeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "a \"quoted\" \\ text",
                "Grüße 日本 😀",
                "\0\u0001\u001f\u007f\u0080\u07ff\u0800\uffff"
            })
    void isThatOfWhatIsWritten(String text) {
        assertEquals(MessageJson.bytes(10, json -> json.writeString(text)).length - 2, JsonSize.of(text));
    }

    /** Escapes that are shorter than those of other control characters. */
    @Test
    void orSomewhatMore() {
        assertEquals(2 * 6, JsonSize.of("\n\t"));
    }

    @Test
    void aTextThatFitsIsNotCut() {
        assertEquals("ü\"a", JsonSize.cut("ü\"a", 5));
        assertEquals("ü\"...", JsonSize.cut("ü\"a", 4));
        assertEquals("ü...", JsonSize.cut("ü\"a", 3));
        assertEquals("...", JsonSize.cut("ü\"a", 1));
        assertEquals("", JsonSize.cut("", 0));
    }

    @Test
    void halfOfAPairIsReplaced() {
        assertEquals("a?b😀?", JsonSize.cut("a\ud83db😀\ude00", 100));
        assertEquals("...", JsonSize.cut("😀", 3));
    }
}
