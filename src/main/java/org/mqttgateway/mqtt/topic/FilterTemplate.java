package org.mqttgateway.mqtt.topic;

import java.util.Optional;

/**
 * A topic filter that may hold {@code {user}}, the name of whoever is permitted what it matches. A name must not permit more than the one who has
 * written the filter meant, whoever has chosen it: it is one level or a part of one, and makes the filter neither one of the broker's own topics
 * nor a shared subscription.
 */
public final class FilterTemplate {

    /** What stands for the name. */
    private static final String USER = "{user}";

    /** Most characters of a name: it may be there many times, and nobody's is longer. */
    private static final int MAX_NAME = 256;

    private FilterTemplate() {}

    /**
     * The filter for a user.
     *
     * @param template a filter in which each {@code {user}} stands for the name; other text is not looked at
     * @param user may be null
     * @return empty if the name cannot be used there, so that the filter permits nothing
     */
    public static Optional<String> fill(String template, String user) {
        int place = template.indexOf(USER);
        if (place < 0) {
            return Optional.of(template);
        }
        if (user == null
                || user.isEmpty()
                || user.length() > MAX_NAME
                || user.chars().anyMatch(FilterTemplate::separates)) {
            return Optional.empty();
        }
        String filter = template.replace(USER, user);
        boolean inFirstLevel = template.lastIndexOf('/', place) < 0;
        return inFirstLevel && filter.startsWith("$") ? Optional.empty() : Optional.of(filter);
    }

    /** Characters with which a name would be more than a part of a level (section 4.7.1). */
    private static boolean separates(int character) {
        return character == '/' || character == '+' || character == '#' || character == 0;
    }
}
