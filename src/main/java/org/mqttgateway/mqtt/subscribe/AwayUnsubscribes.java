package org.mqttgateway.mqtt.subscribe;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** Filters that were unsubscribed while there was no connection. A broker that has kept the session still has them. */
final class AwayUnsubscribes {

    /** Most characters of all of them. A filter beyond that stays subscribed as long as the broker keeps the session, and its messages are ignored. */
    private static final int MOST_CHARACTERS = 1 << 20;

    private final Set<TopicFilter> filters = new HashSet<>();
    private int characters;

    void add(TopicFilter filter) {
        int length = filter.text().length();
        if (characters + length <= MOST_CHARACTERS && filters.add(filter)) {
            characters += length;
        }
    }

    /** It is subscribed again. */
    void remove(TopicFilter filter) {
        if (filters.remove(filter)) {
            characters -= filter.text().length();
        }
    }

    /** Gives each of them to {@code unsubscribe}, and forgets them. */
    void drain(Consumer<TopicFilter> unsubscribe) {
        filters.forEach(unsubscribe);
        filters.clear();
        characters = 0;
    }
}
