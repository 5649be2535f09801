package org.mqttgateway.mqtt;

import java.util.List;

/** The topic filters of {@code mqtt.publish.allow} or {@code mqtt.subscribe.allow}. */
public record TopicAllowList(List<TopicFilter> filters) {

    /** @throws IllegalArgumentException if one of {@code filters} is no topic filter */
    public static TopicAllowList of(List<String> filters) {
        return new TopicAllowList(filters.stream().map(TopicFilter::new).toList());
    }

    /** Whether a filter matches, by the rules of MQTT 3.1.1 section 4.7. */
    public boolean permits(String topic) {
        for (TopicFilter filter : filters) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether one of the filters matches every topic that {@code asked} matches. A shared subscription takes messages away from the other
     * members of its group, so no wildcard covers it: the list must name its very text.
     */
    public boolean permits(TopicFilter asked) {
        return asked.isShared() ? filters.contains(asked) : filters.stream().anyMatch(filter -> filter.covers(asked));
    }
}
