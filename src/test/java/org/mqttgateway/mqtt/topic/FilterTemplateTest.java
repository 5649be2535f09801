package org.mqttgateway.mqtt.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A name in a filter permits what belongs to that name, and nothing else. */
class FilterTemplateTest {

    @ParameterizedTest
    @CsvSource({
        "users/{user}/#, ada, users/ada/#",
        "{user}, ada, ada",
        "{user}/{user}/+, ada, ada/ada/+",
        "dev-{user}/#, ada, dev-ada/#",
        "users/{user}/#, $SYS, users/$SYS/#",
        "$share/g/{user}/#, ada, $share/g/ada/#",
        // It is replaced once: a name that holds it is no template.
        "users/{user}/#, {user}, users/{user}/#",
        "users/{user}/#, '{us{user}er}', 'users/{us{user}er}/#'",
        "users/{user}/#, '\\E$1', 'users/\\E$1/#'",
        "users/{user}/#, ' ', 'users/ /#'",
        "users/{user}/#, mary j., users/mary j./#",
        "users/{User}/#, ada, users/{User}/#",
        "a/#, ada, a/#",
        "a/#, a/b, a/#"
    })
    void theNameIsALevelOrAPartOfOne(String template, String user, String filter) {
        assertEquals(Optional.of(filter), FilterTemplate.fill(template, user));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#", "+", "a/b", "a/#", "/", "a+", "#a", "a\u0000b", "../x"})
    void aNameThatWouldBeMoreThanThatPermitsNothing(String user) {
        assertEquals(Optional.empty(), FilterTemplate.fill("users/{user}/#", user));
    }

    @Test
    void neitherDoesNoneAndOneThatIsVeryLong() {
        assertEquals(Optional.empty(), FilterTemplate.fill("users/{user}/#", null));
        assertEquals(Optional.of("a".repeat(256)), FilterTemplate.fill("{user}", "a".repeat(256)));
        assertEquals(Optional.empty(), FilterTemplate.fill("{user}", "a".repeat(257)));
    }

    /** Neither the broker's own topics nor a shared subscription, which takes messages from others. */
    @ParameterizedTest
    @CsvSource({"{user}/#, $SYS", "{user}/g/#, $share", "{user}SYS/#, $", "${user}/#, SYS", "$sh{user}/g/#, are"})
    void noNameLeadsToTheTopicsOfTheBroker(String template, String user) {
        assertEquals(Optional.empty(), FilterTemplate.fill(template, user));
    }
}
