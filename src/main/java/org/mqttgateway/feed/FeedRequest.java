package org.mqttgateway.feed;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.MultiMap;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * The parameters of a {@code GET /messages}.
 *
 * @param filter the filter to listen to; null for what the consumer receives
 * @param after the id of the last message that the poll has already; null to begin with the replay
 * @param waitSeconds how long a poll waits for the first message, 0 to 30
 * @param limit most messages that a poll gets, 1 to 1,000
 */
record FeedRequest(Filter filter, String after, int waitSeconds, int limit) {

    /** A topic filter with its QoS. Listeners with equal ones share a subscription. */
    record Filter(TopicFilter topics, MqttQoS qos) {}

    /** @throws HttpProblem 400, which names each wrong parameter */
    static FeedRequest of(MultiMap query, int defaultQos) {
        Violations violations = new Violations();
        TopicFilter topics = topics(query.get("topic"), violations);
        MqttQoS qos = MqttQoS.valueOf(number(query, "qos", 0, 2, defaultQos, "must be 0, 1 or 2", violations));
        String after = query.get("after");
        if (after != null && !Feed.isId(after)) {
            violations.add("after", "must be the id of a message or the next of an earlier answer");
        }
        int wait = number(query, "wait", 0, 30, 0, "must be 0 to 30 seconds", violations);
        int limit = number(query, "limit", 1, 1_000, 100, "must be 1 to 1000", violations);
        violations.throwIfAny();
        return new FeedRequest(topics == null ? null : new Filter(topics, qos), after, wait, limit);
    }

    private static TopicFilter topics(String text, Violations violations) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            TopicFilter filter = new TopicFilter(text);
            if (!TopicFilter.hasBlankLevel(text)) {
                return filter;
            }
            violations.add("topic", Violations.BLANK_LEVEL);
        } catch (IllegalArgumentException e) {
            violations.add("topic", "is not a topic filter: " + e.getMessage());
        }
        return null;
    }

    private static int number(
            MultiMap query, String name, int min, int max, int absent, String rule, Violations violations) {
        String text = query.get(name);
        if (text == null) {
            return absent;
        }
        if (text.matches("\\d{1,4}")) {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        violations.add(name, rule);
        return min;
    }

    /**
     * Checks whether the caller may listen. This is the only check for listeners.
     *
     * @param consumed the consumer's filter, which is used if the caller names none
     * @throws HttpProblem 403 if the caller may not listen
     */
    void require(Caller caller, String consumed) {
        if (filter == null) {
            caller.requireConsumer(new TopicFilter(consumed));
        } else {
            caller.requireSubscribe(filter.topics());
        }
    }
}
