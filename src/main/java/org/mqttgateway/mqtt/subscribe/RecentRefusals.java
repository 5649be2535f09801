package org.mqttgateway.mqtt.subscribe;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * Filters on which the broker has closed the connection a short while ago. They are refused without asking, so that one that is asked for again and again does not end the connection
 * again and again.
 */
final class RecentRefusals {

    private static final long NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int MOST = 100;

    /** Longer ones are not kept, so that all of them together take little memory. */
    private static final int MOST_CHARACTERS = 1_000;

    private final LongSupplier clock;

    /** When each was refused, the eldest first. */
    private final Map<TopicFilter, Long> since = new LinkedHashMap<>();

    /** @param clock of nanoseconds */
    RecentRefusals(LongSupplier clock) {
        this.clock = clock;
    }

    void add(TopicFilter filter) {
        if (filter.text().length() > MOST_CHARACTERS) {
            return;
        }
        since.remove(filter);
        since.put(filter, clock.getAsLong());
        if (since.size() > MOST) {
            Iterator<TopicFilter> eldest = since.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    boolean has(TopicFilter filter) {
        if (since.isEmpty()) {
            return false;
        }
        long now = clock.getAsLong();
        since.values().removeIf(refused -> now - refused > NANOS);
        return since.containsKey(filter);
    }
}
