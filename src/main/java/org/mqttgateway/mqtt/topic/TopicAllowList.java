package org.mqttgateway.mqtt.topic;

import java.util.List;

/**
 * A list of topics that are permitted, for example {@code mqtt.publish.allow}.
 *
 * @param filters the topic filters; what one of them matches is permitted
 */
public record TopicAllowList(List<TopicFilter> filters) {

    /** @throws IllegalArgumentException if one of {@code filters} is no topic filter */
    public static TopicAllowList of(List<String> filters) {
        return new TopicAllowList(filters.stream().map(TopicFilter::new).toList());
    }

    /** Whether one of the filters matches the topic (MQTT 3.1.1 section 4.7). */
    public boolean permits(String topic) {
        for (TopicFilter filter : filters) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of the filters covers {@code asked}. A shared subscription must be on the list word for word. */
    public boolean permits(TopicFilter asked) {
        return filters.stream().anyMatch(filter -> filter.covers(asked));
    }
}
