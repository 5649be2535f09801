package org.mqttgateway.mqtt.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What an allow list lets through, and nothing beyond. */
class TopicAllowListTest {

    private final TopicAllowList list = TopicAllowList.of(List.of("home/+/lamp", "garden/#", "$share/g/field/#"));

    @Test
    void oneFilterThatMatchesIsEnough() {
        assertTrue(list.permits("home/kitchen/lamp"));
        assertTrue(list.permits("garden/pond/pump"));
        assertFalse(list.permits("home/kitchen/door"));
        assertFalse(TopicAllowList.of(List.of()).permits("garden"));
    }

    @Test
    void oneFilterThatCoversIsEnough() {
        assertTrue(list.permits(new TopicFilter("home/kitchen/lamp")));
        assertTrue(list.permits(new TopicFilter("garden/+/pump")));
        assertFalse(list.permits(new TopicFilter("home/#")));
        assertFalse(list.permits(new TopicFilter("#")));
    }

    @Test
    void aSharedSubscriptionWordForWordOnly() {
        assertTrue(list.permits(new TopicFilter("$share/g/field/#")));
        assertFalse(list.permits(new TopicFilter("$share/other/field/#")));
        assertFalse(list.permits(new TopicFilter("$share/g/garden/#")));
    }

    @Test
    void filtersAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> TopicAllowList.of(List.of("a#")));
        assertEquals(new TopicFilter("field/#"), new TopicFilter("$share/g/field/#").unshared());
        assertEquals(new TopicFilter("field/#"), new TopicFilter("field/#").unshared());
    }
}
