package org.mqttgateway.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A topic filter and what it matches (MQTT 3.1.1 section 4.7).
 *
 * @param text the filter as it is sent in SUBSCRIBE, {@code $share/GROUP/} included
 */
public record TopicFilter(String text) {

    private static final String SHARE = "$share/";
    private static final int MAX_BYTES = 65_535;

    /** @throws IllegalArgumentException if {@code text} is not a topic filter; the message says why */
    public TopicFilter {
        requireText(text);
        if (text.startsWith(SHARE) && !hasGroupAndFilter(text)) {
            throw new IllegalArgumentException(
                    "a shared subscription is $share/GROUP/FILTER, with no wildcard in GROUP");
        }
        String[] levels = matched(text).split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            boolean wildcard = levels[i].indexOf('#') >= 0 || levels[i].indexOf('+') >= 0;
            if (wildcard && levels[i].length() > 1) {
                throw new IllegalArgumentException("a wildcard must be alone in its level");
            }
            if (levels[i].equals("#") && i < levels.length - 1) {
                throw new IllegalArgumentException("# must be the last level");
            }
        }
    }

    /** Whether a message on {@code topic} is for this filter; filters that begin with a wildcard do not match {@code $...} topics. */
    public boolean matches(String topic) {
        String filter = matched(text);
        if (topic.charAt(0) == '$' && (filter.charAt(0) == '#' || filter.charAt(0) == '+')) {
            return false;
        }
        int f = 0;
        int t = 0;
        while (f < filter.length()) {
            char c = filter.charAt(f);
            if (c == '#') {
                return true;
            } else if (c == '+') {
                int slash = topic.indexOf('/', t);
                t = slash < 0 ? topic.length() : slash;
            } else if (t < topic.length() && c == topic.charAt(t)) {
                t++;
            } else {
                // "a/#" matches its parent "a" as well (section 4.7.1.2).
                return t == topic.length() && filter.startsWith("/#", f);
            }
            f++;
        }
        return t == topic.length();
    }

    /** Whether this is a shared subscription, which delivers each message to only one member of its group (MQTT 5 section 4.8.2). */
    public boolean isShared() {
        return text.startsWith(SHARE);
    }

    /** The filter with which topics are compared: this one, without the group of a shared subscription. */
    public TopicFilter unshared() {
        return isShared() ? new TopicFilter(matched(text)) : this;
    }

    /** Whether the filter has a wildcard, so that it can match several topics (section 4.7.1). */
    public boolean hasWildcard() {
        return text.indexOf('#') >= 0 || text.indexOf('+') >= 0;
    }

    /** Whether a level of a topic or filter is a single blank. An unencoded {@code +} in a URL becomes one. */
    public static boolean hasBlankLevel(String text) {
        return List.of(text.split("/", -1)).contains(" ");
    }

    /**
     * Whether this filter matches every topic that {@code other} matches, so that permission for this filter includes {@code other}. Only a
     * shared subscription itself covers a shared subscription, because it takes messages away from the other members of its group.
     */
    public boolean covers(TopicFilter other) {
        if (isShared() || other.isShared()) {
            return equals(other);
        }
        String[] mine = text.split("/", -1);
        String[] theirs = other.text.split("/", -1);
        boolean wildcardFirst = mine[0].equals("#") || mine[0].equals("+");
        if (wildcardFirst && theirs[0].startsWith("$")) {
            return false;
        }
        for (int i = 0; i < mine.length; i++) {
            // Also if the other filter ends here: "a/#" matches "a" (section 4.7.1.2).
            if (mine[i].equals("#")) {
                return true;
            }
            if (i == theirs.length || theirs[i].equals("#") || !(mine[i].equals("+") || mine[i].equals(theirs[i]))) {
                return false;
            }
        }
        return mine.length == theirs.length;
    }

    @Override
    public String toString() {
        return text;
    }

    /** @throws IllegalArgumentException if nobody can publish to {@code topic} (section 4.7.3); the message says why */
    public static String requireTopicName(String topic) {
        requireText(topic);
        if (topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0) {
            throw new IllegalArgumentException("must not contain the wildcards + and #");
        }
        return topic;
    }

    private static void requireText(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("must not be empty");
        }
        requireString(text);
    }

    /**
     * Checks a text that is to be a UTF-8 Encoded String of a packet (MQTT 3.1.1 section 1.5.3, MQTT 5 section 1.5.4).
     *
     * @throws IllegalArgumentException if some brokers would not accept {@code text}; the message says why
     */
    public static String requireString(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("must not contain U+0000");
        }
        // A shorter string cannot exceed the limit, because a char takes at most three bytes.
        if (text.length() > MAX_BYTES / 3 && text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("must not be longer than " + MAX_BYTES + " bytes of UTF-8");
        }
        // A surrogate that is a code point of its own has no partner.
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            requireCharacter(text.codePointAt(i));
        }
        return text;
    }

    /** Refuses characters for which a broker may close the connection (section 1.5.3), which carries the messages of all callers. */
    private static void requireCharacter(int c) {
        if (Character.getType(c) == Character.SURROGATE) {
            throw new IllegalArgumentException("must not contain a surrogate without its pair");
        }
        if (Character.isISOControl(c)) {
            throw new IllegalArgumentException("must not contain control characters");
        }
        if ((c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef)) {
            throw new IllegalArgumentException("must not contain Unicode's non-characters");
        }
    }

    private static boolean hasGroupAndFilter(String text) {
        int group = SHARE.length();
        int slash = text.indexOf('/', group);
        String name = slash < 0 ? "" : text.substring(group, slash);
        return !name.isEmpty() && name.indexOf('+') < 0 && name.indexOf('#') < 0 && slash + 1 < text.length();
    }

    /** The part of the filter that topics are compared with. */
    private static String matched(String text) {
        return text.startsWith(SHARE) ? text.substring(text.indexOf('/', SHARE.length()) + 1) : text;
    }
}
