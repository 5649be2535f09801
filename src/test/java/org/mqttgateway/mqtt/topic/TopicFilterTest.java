package org.mqttgateway.mqtt.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of MQTT 3.1.1 section 4.7, with the standard's own examples. */
class TopicFilterTest {

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
    @ValueSource(
            strings = {
                "",
                "a/#/b",
                "a#",
                "a+/b",
                "#/a",
                "a/b+",
                "a\0b",
                "$share/group",
                "$share//a",
                "#a",
                "+a",
                "$share/g+/a",
                "$share/+g/a",
                "$share/#g/a",
                "$share/group/",
                "\ud800"
            })
    void refusesWhatIsNoFilter(String text) {
        assertThrows(IllegalArgumentException.class, () -> new TopicFilter(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/+",
                "+",
                "#",
                "\ufdef",
                "a\0",
                "\udc00x",
                "a\n",
                "\u007f",
                "\u009b/a",
                "\uffff",
                "\ufdd0",
                "\ud83f\udffe"
            })
    void refusesWhatIsNoTopicName(String text) {
        assertThrows(IllegalArgumentException.class, () -> TopicFilter.requireTopicName(text));
    }

    @Test
    void countsBytesNotCharacters() {
        assertEquals(
                65_535, TopicFilter.requireTopicName("ü".repeat(32_767) + "a").length() * 2 - 1);
        assertThrows(IllegalArgumentException.class, () -> TopicFilter.requireTopicName("ü".repeat(32_768)));
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
