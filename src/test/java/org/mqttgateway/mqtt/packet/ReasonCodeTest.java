package org.mqttgateway.mqtt.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reason codes in the standard's words, and what follows from them. */
class ReasonCodeTest {

    @Test
    void wordsAndNumbers() {
        assertEquals("not authorized", ReasonCode.words(0x87));
        assertEquals("not authorized (0x87)", ReasonCode.describe(0x87));
        assertEquals("wildcard subscriptions not supported", ReasonCode.words(0xa2));
        assertEquals("reason 0xC0", ReasonCode.words(0xc0));
        assertEquals("reason 0xC0", ReasonCode.describe(0xc0));
        assertEquals("reason 0x05", ReasonCode.words(5));
    }

    /** Every code of section 2.4 has words, from 0x80 to 0xA2 without a gap. */
    @Test
    void everyFailureOfTheStandardHasWords() {
        IntStream.rangeClosed(0x80, 0xa2)
                .forEach(code -> assertFalse(ReasonCode.words(code).startsWith("reason"), "" + code));
        assertEquals("success", ReasonCode.words(0));
        assertEquals("disconnect with will message", ReasonCode.words(4));
        assertEquals("no matching subscribers", ReasonCode.words(0x10));
        assertEquals("no subscription existed", ReasonCode.words(0x11));
    }

    @Test
    void failuresBeginAt0x80() {
        assertFalse(ReasonCode.isFailure(0x7f));
        assertTrue(ReasonCode.isFailure(0x80));
    }

    @Test
    void someAreAboutTheConnectionAndNoMessage() {
        assertEquals(
                List.of(0x89, 0x8b, 0x8d, 0x8e, 0x93, 0x96, 0x97, 0x98, 0x9c, 0x9d, 0x9f, 0xa0),
                allWith(ReasonCode::isAboutTheConnection));
    }

    @Test
    void someAreAboutAPacket() {
        assertEquals(List.of(0x81, 0x82, 0x90, 0x94, 0x95, 0x99, 0x9a, 0x9b), allWith(ReasonCode::isAboutAPacket));
    }

    private static List<Integer> allWith(IntPredicate which) {
        return IntStream.rangeClosed(0, 0xff).filter(which).boxed().toList();
    }

    @Test
    void theReasonStringFollowsTheWords() {
        assertEquals("quota exceeded", ReasonCode.words(0x97, null));
        assertEquals("quota exceeded", ReasonCode.words(0x97, ""));
        assertEquals("quota exceeded (for\\ntoday)", ReasonCode.words(0x97, "for\ntoday"));
    }

    /** It is as long as the broker likes, and callers see it. */
    @Test
    void aLongReasonStringIsCutButNotInsideACharacter() {
        String most = "x".repeat(200);
        assertEquals("banned (" + most + ")", ReasonCode.words(0x8a, most));
        assertEquals("banned (" + most + "...)", ReasonCode.words(0x8a, most + "y"));
        String before = "x".repeat(199);
        assertEquals("banned (" + before + "...)", ReasonCode.words(0x8a, before + "🌍"));
        assertEquals("banned (" + before + "y...)", ReasonCode.words(0x8a, before + "y🌍"));
    }

    @Test
    void thoseOfConnackOfBothVersions() {
        assertEquals(
                "5 (not authorized)",
                ConnectReturnCode.describe(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED));
        assertEquals(
                "135 (not authorized)",
                ConnectReturnCode.describe(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5));
        assertEquals(
                List.of("identifier rejected", "server unavailable", "bad user name or password"),
                List.of(
                        ConnectReturnCode.words(MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED),
                        ConnectReturnCode.words(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE),
                        ConnectReturnCode.words(MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD)));
    }

    @Test
    void twoOfThemAreForTheVersion() {
        List<MqttConnectReturnCode> forTheVersion = List.of(
                MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
                MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION);
        for (MqttConnectReturnCode code : MqttConnectReturnCode.values()) {
            assertEquals(forTheVersion.contains(code), ConnectReturnCode.isUnsupportedVersion(code), "" + code);
        }
    }
}
