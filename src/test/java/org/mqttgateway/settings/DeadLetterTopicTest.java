package org.mqttgateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.mqtt.topic.TopicAllowList;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** Dead letters that could come back, and those that nobody may publish. */
class DeadLetterTopicTest {

    private static List<TopicFilter> filters(String texts) {
        return Stream.of(texts.split(" ")).map(TopicFilter::new).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "dead, a/#, false",
        "a/dead, a/#, true",
        "a, a/#, true",
        "dead, #, true",
        "dead/{topic}, a/#, false",
        "dead/{topic}, +/#, true",
        "dead/{topic}, a/+, false",
        "dead/{topic}, a/+ dead/a/b, true",
        "dead/{topic}, a/+ dead/+/b, true",
        "dead/{topic}, a/+ dead/b/+, false",
        "{topic}/dead, a/+, false",
        "{topic}/dead, a/#, true",
        "{topic}/dead, a/# b, true",
        "{topic}/dead, a, false",
        "{topic}/dead, a a/dead, true",
        "x{topic}, a/#, false",
        "x{topic}, a/# xa/+, true",
        "{topic}/x/{topic}, +/b, false",
        "a/dead, $share/g/a/#, true"
    })
    void loops(String text, String posted, boolean loops) {
        assertEquals(loops, new DeadLetterTopic(text).loops(filters(posted)));
    }

    @ParameterizedTest
    @CsvSource({
        "dead, a/#, #, true",
        "dead, a/#, dead, true",
        "dead, a/#, live, false",
        "dead/{topic}, a/#, dead/#, true",
        "dead/{topic}, a/#, dead/b/#, false",
        "{topic}/dead, a/#, a/#, true",
        "{topic}/dead, a/+, a/+/dead, true",
        "{topic}/dead, a/+, a/+, false"
    })
    void isPermitted(String text, String posted, String allowed, boolean permitted) {
        assertEquals(
                permitted,
                new DeadLetterTopic(text).isPermitted(new TopicAllowList(filters(allowed)), filters(posted)));
    }
}
