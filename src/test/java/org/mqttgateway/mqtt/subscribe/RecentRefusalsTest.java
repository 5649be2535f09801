package org.mqttgateway.mqtt.subscribe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** How long a filter is remembered on which the broker has closed the connection, and how many of them. */
class RecentRefusalsTest {

    private static final TopicFilter FILTER = new TopicFilter("a");

    /** As {@link System#nanoTime()} may, it soon passes the largest number. */
    private long nanos = Long.MAX_VALUE - 5;

    private final RecentRefusals refusals = new RecentRefusals(() -> nanos);

    @Test
    void oneIsForgottenAfterHalfAMinute() {
        refusals.add(FILTER);
        nanos += TimeUnit.SECONDS.toNanos(30);
        assertTrue(refusals.has(FILTER));
        nanos++;
        assertFalse(refusals.has(FILTER));
    }

    @Test
    void refusedAgainItIsRememberedAnew() {
        refusals.add(FILTER);
        nanos += TimeUnit.SECONDS.toNanos(20);
        refusals.add(FILTER);
        nanos += TimeUnit.SECONDS.toNanos(20);
        assertTrue(refusals.has(FILTER));
    }

    @Test
    void ofMoreThanAHundredTheEldestIsForgotten() {
        refusals.add(FILTER);
        for (int i = 1; i < 100; i++) {
            refusals.add(new TopicFilter("b/" + i));
        }
        assertTrue(refusals.has(FILTER));
        refusals.add(new TopicFilter("c"));
        assertFalse(refusals.has(FILTER));
        assertTrue(refusals.has(new TopicFilter("b/1")));
    }

    /** So that they take little memory. */
    @Test
    void aLongOneIsNotRemembered() {
        TopicFilter atMost = new TopicFilter("x".repeat(1_000));
        TopicFilter longer = new TopicFilter("x".repeat(1_001));
        refusals.add(atMost);
        refusals.add(longer);
        assertTrue(refusals.has(atMost));
        assertFalse(refusals.has(longer));
    }
}
