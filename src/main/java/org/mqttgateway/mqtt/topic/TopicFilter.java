package org.mqttgateway.mqtt.topic;

import io.netty.buffer.ByteBufUtil;

/**
 * A topic filter and what it matches (MQTT 3.1.1 section 4.7).
 *
 * @param text the filter as it is sent in SUBSCRIBE, {@code $share/GROUP/} included
 */
public record TopicFilter(String text) {

    private static final String SHARE = "$share/";
    private static final int MAX_BYTES = 65_535;
    private static final String EMPTY = "must not be empty";

    /** @throws IllegalArgumentException if {@code text} is not a topic filter; the message says why */
    public TopicFilter {
        require(filterProblem(text));
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
        for (int i = text.indexOf(' '); i >= 0; i = text.indexOf(' ', i + 1)) {
            if (isLevel(text, i)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether this filter matches every topic that {@code other} matches, so that permission for this filter includes {@code other}. Only a
     * shared subscription itself covers a shared subscription, because it takes messages away from the other members of its group.
     */
    public boolean covers(TopicFilter other) {
        if (isShared() || other.isShared()) {
            return equals(other);
        }
        String theirs = other.text;
        if ((text.startsWith("#") || text.startsWith("+")) && theirs.startsWith("$")) {
            return false;
        }
        int mine = 0;
        int their = 0;
        while (mine <= text.length()) {
            // Also if the other filter has ended: "a/#" matches "a" (section 4.7.1.2).
            if (text.startsWith("#", mine)) {
                return true;
            }
            if (their > theirs.length() || theirs.startsWith("#", their)) {
                return false;
            }
            int end = levelEnd(text, mine);
            int theirEnd = levelEnd(theirs, their);
            boolean same = end - mine == theirEnd - their && text.regionMatches(mine, theirs, their, end - mine);
            if (!same && !text.startsWith("+", mine)) {
                return false;
            }
            mine = end + 1;
            their = theirEnd + 1;
        }
        return their > theirs.length();
    }

    private static int levelEnd(String text, int begin) {
        int slash = text.indexOf('/', begin);
        return slash < 0 ? text.length() : slash;
    }

    @Override
    public String toString() {
        return text;
    }

    /** @throws IllegalArgumentException if nobody can publish to {@code topic} (section 4.7.3); the message says why */
    public static String requireTopicName(String topic) {
        require(topicNameProblem(topic));
        return topic;
    }

    private static void require(String problem) {
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    /** Why nobody can publish to {@code topic} (section 4.7.3); null if one can. */
    public static String topicNameProblem(String topic) {
        if (topic.isEmpty()) {
            return EMPTY;
        }
        String problem = stringProblem(topic);
        boolean wildcard = problem == null && (topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0);
        return wildcard ? "must not contain the wildcards + and #" : problem;
    }

    /** Why {@code text} is not a topic filter; null if it is one. */
    private static String filterProblem(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        String problem = stringProblem(text);
        if (problem != null) {
            return problem;
        }
        if (text.startsWith(SHARE) && !hasGroupAndFilter(text)) {
            return "a shared subscription is $share/GROUP/FILTER, with no wildcard in GROUP";
        }
        return wildcardProblem(matched(text));
    }

    private static String wildcardProblem(String filter) {
        for (int i = 0; i < filter.length(); i++) {
            char c = filter.charAt(i);
            if (c == '#' || c == '+') {
                if (!isLevel(filter, i)) {
                    return "a wildcard must be alone in its level";
                }
                if (c == '#' && i < filter.length() - 1) {
                    return "# must be the last level";
                }
            }
        }
        return null;
    }

    /** Whether the character is a level of its own. */
    private static boolean isLevel(String text, int i) {
        return (i == 0 || text.charAt(i - 1) == '/') && (i == text.length() - 1 || text.charAt(i + 1) == '/');
    }

    /**
     * Why some brokers would not accept {@code text} as a UTF-8 Encoded String of a packet (MQTT 3.1.1 section 1.5.3, MQTT 5 section 1.5.4);
     * null if all do.
     */
    public static String stringProblem(String text) {
        // A shorter string cannot exceed the limit, because a char takes at most three bytes.
        if (text.length() > MAX_BYTES / 3 && ByteBufUtil.utf8Bytes(text) > MAX_BYTES) {
            return "must not be longer than " + MAX_BYTES + " bytes of UTF-8";
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Most characters are plain ASCII.
            if (c < ' ' || c > '~') {
                int codePoint = text.codePointAt(i);
                String problem = characterProblem(codePoint);
                if (problem != null) {
                    return problem;
                }
                i += Character.charCount(codePoint) - 1;
            }
        }
        return null;
    }

    /** Names characters for which a broker may close the connection (section 1.5.3), which carries the messages of all callers. */
    private static String characterProblem(int c) {
        if (c == 0) {
            return "must not contain U+0000";
        }
        // A surrogate that is a code point of its own has no partner.
        if (Character.getType(c) == Character.SURROGATE) {
            return "must not contain a surrogate without its pair";
        }
        if (Character.isISOControl(c)) {
            return "must not contain control characters";
        }
        if ((c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef)) {
            return "must not contain Unicode's non-characters";
        }
        return null;
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
