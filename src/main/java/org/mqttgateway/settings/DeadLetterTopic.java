package org.mqttgateway.settings;

import java.util.List;
import org.mqttgateway.mqtt.topic.TopicAllowList;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * The topic of dead letters: {@code mqtt.webhook.dead-letter}.
 *
 * @param text a topic name, in which <code>{topic}</code> stands for that of the message
 */
public record DeadLetterTopic(String text) {

    private static final String TOPIC = "{topic}";

    /** The topic for a message on {@code topic}. */
    public String of(String topic) {
        return text.replace(TOPIC, topic);
    }

    /** Why it is no topic name; null if it is one. */
    String problem() {
        return TopicFilter.topicNameProblem(of("t"));
    }

    /** Whether a dead letter could come back: one of the filters that are posted matches it. */
    boolean loops(List<TopicFilter> posted) {
        return posted.stream()
                .map(filter -> of(filter.unshared().text()).split("/", -1))
                .anyMatch(letters -> posted.stream()
                        .anyMatch(filter ->
                                overlap(letters, 0, filter.unshared().text().split("/", -1), 0)));
    }

    /** Whether everything that can become a dead letter of these filters is permitted. */
    boolean isPermitted(TopicAllowList allowed, List<TopicFilter> posted) {
        return posted.stream()
                .map(filter -> of(filter.unshared().text()))
                // Behind a # that is not the last level anything may come.
                .map(letters -> new TopicFilter(letters.replaceFirst("(^|/)#/.*$", "$1#")))
                .allMatch(allowed::permits);
    }

    /** Whether a topic matches both, from these levels on. A # of the letters may have levels behind it. */
    private static boolean overlap(String[] letters, int i, String[] filter, int j) {
        if (j < filter.length && filter[j].equals("#")) {
            return true;
        }
        if (i < letters.length && letters[i].equals("#")) {
            return overlap(letters, i + 1, filter, j) || j < filter.length && overlap(letters, i, filter, j + 1);
        }
        if (i == letters.length || j == filter.length) {
            return i == letters.length && j == filter.length;
        }
        boolean same = letters[i].equals(filter[j]) || letters[i].equals("+") || filter[j].equals("+");
        return same && overlap(letters, i + 1, filter, j + 1);
    }
}
