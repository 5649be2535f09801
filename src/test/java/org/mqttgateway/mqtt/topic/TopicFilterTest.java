package org.mqttgateway.mqtt.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of MQTT 3.1.1 section 4.7, with the standard's own examples. */
class TopicFilterTest {

    private static final String EMPTY = "must not be empty";
    private static final String NOT_LAST = "# must be the last level";
    private static final String NOT_ALONE = "a wildcard must be alone in its level";
    private static final String WILDCARD = "must not contain the wildcards + and #";
    private static final String SHARE = "a shared subscription is $share/GROUP/FILTER, with no wildcard in GROUP";
    private static final String NUL = "must not contain U+0000";
    private static final String SURROGATE = "must not contain a surrogate without its pair";
    private static final String CONTROL = "must not contain control characters";
    private static final String NON_CHARACTER = "must not contain Unicode's non-characters";

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player10, false",
        "sport/#, sport, true",
        "sport/#, spor, false",
        "#, a/b, true",
        "#, $SYS/broker, false",
        "+/monitor/Clients, $SYS/monitor/Clients, false",
        "$SYS/#, $SYS/monitor/Clients, true",
        "$SYS/monitor/+, $SYS/monitor/Clients, true",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "+/b, a/b, true",
        "a/+/c, a//c, true",
        "a/+/#, a/b, true",
        "a/b, a/b/c, false",
        "a/b/c, a/b, false",
        "$share/group/a/+, a/b, true",
        "$share/group/#, $SYS/x, false",
        "ACCOUNTS, Accounts, false"
    })
    void matches(String filter, String topic, boolean expected) {
        assertEquals(expected, new TopicFilter(filter).matches(topic));
    }

    @ParameterizedTest
    @CsvSource({
        "#, #, true",
        "#, a/b, true",
        "#, +/b, true",
        "#, $SYS/#, false",
        "#, $share/group/a, false",
        "#, $share/group/$SYS/#, false",
        "+/#, $SYS/x, false",
        "$SYS/#, $SYS/broker/+, true",
        "$SYS/#, #, false",
        "a/#, a, true",
        "a/#, a/#, true",
        "a/#, a/+/#, true",
        "a/#, +/b, false",
        "a/#, #, false",
        "a/#, ab, false",
        "a/+, a/b, true",
        "a/+, a/+, true",
        "a/+, a/#, false",
        "a/+, a, false",
        "a/+, a/b/c, false",
        "a/+/c, a/b/c, true",
        "a/+/c, a/b/+, false",
        "a/b, a/b, true",
        "a/b, a/+, false",
        "a/b/c, a/b, false",
        "a/+/#, a, false",
        "a/, a/, true",
        "a/+, a/, true",
        "a, a/, false",
        "/+, /a, true",
        "$share/group/a/#, a/b, false",
        "$share/group/a/#, $share/group/a/b, false",
        "$share/group/a/#, $share/other/a/#, false",
        "$share/group/a/#, $share/group/a/#, true"
    })
    void covers(String filter, String other, boolean expected) {
        assertEquals(expected, new TopicFilter(filter).covers(new TopicFilter(other)));
    }

    @ParameterizedTest
    @CsvSource({"'sensors/ /t', true", "' ', true", "'a/ ', true", "'a b/c', false", "'a/  /b', false", "a//b, false"})
    void knowsALevelThatIsOneBlank(String filter, boolean expected) {
        assertEquals(expected, TopicFilter.hasBlankLevel(filter));
    }

    @ParameterizedTest
    @MethodSource
    void saysWhyATextIsNoFilter(String text, String problem) {
        assertProblem(problem, () -> new TopicFilter(text));
    }

    static List<Arguments> saysWhyATextIsNoFilter() {
        return List.of(
                arguments("", EMPTY),
                arguments("a/#/b", NOT_LAST),
                arguments("#/a", NOT_LAST),
                arguments("a#", NOT_ALONE),
                arguments("a+/b", NOT_ALONE),
                arguments("a/b+", NOT_ALONE),
                arguments("#a", NOT_ALONE),
                arguments("+a", NOT_ALONE),
                arguments("$share/group/a#", NOT_ALONE),
                arguments("$share/group", SHARE),
                arguments("$share//a", SHARE),
                arguments("$share/g+/a", SHARE),
                arguments("$share/+g/a", SHARE),
                arguments("$share/#g/a", SHARE),
                arguments("$share/group/", SHARE),
                arguments("a\0b", NUL),
                arguments("\ud800", SURROGATE));
    }

    @ParameterizedTest
    @MethodSource
    void saysWhyATextIsNoTopicName(String text, String problem) {
        assertProblem(problem, () -> TopicFilter.requireTopicName(text));
    }

    static List<Arguments> saysWhyATextIsNoTopicName() {
        return List.of(
                arguments("", EMPTY),
                arguments("a/+", WILDCARD),
                arguments("+", WILDCARD),
                arguments("#", WILDCARD),
                arguments("a\0", NUL),
                arguments("\udc00x", SURROGATE),
                arguments("a\n", CONTROL),
                arguments("ü\n", CONTROL),
                arguments("\u007f", CONTROL),
                arguments("\u009b/a", CONTROL),
                arguments("\uffff", NON_CHARACTER),
                arguments("\ufdd0", NON_CHARACTER),
                arguments("\ufdef", NON_CHARACTER),
                arguments("\ud83f\udffe", NON_CHARACTER));
    }

    private static void assertProblem(String problem, Executable refused) {
        assertEquals(
                problem, assertThrows(IllegalArgumentException.class, refused).getMessage());
    }

    @Test
    void countsBytesNotCharacters() {
        assertEquals(
                65_535, TopicFilter.requireTopicName("ü".repeat(32_767) + "a").length() * 2 - 1);
        assertProblem(
                "must not be longer than 65535 bytes of UTF-8", () -> TopicFilter.requireTopicName("ü".repeat(32_768)));
    }

    @Test
    void aWildcardIsAHashOrAPlus() {
        assertTrue(new TopicFilter("#").hasWildcard());
        assertTrue(new TopicFilter("+/a").hasWildcard());
        assertTrue(new TopicFilter("a/#").hasWildcard());
        assertFalse(new TopicFilter("a/b").hasWildcard());
        assertEquals("a/b", new TopicFilter("a/b").toString());
    }
}
