package org.mqttgateway.feed;

import io.netty.handler.codec.mqtt.MqttQoS;
import jakarta.ws.rs.core.Response.Status;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.Violations;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.query.QueryParameters;
import org.mqttgateway.http.query.QueryParameters.Permitted;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * The parameters of a {@code GET /messages}.
 *
 * @param filters the different filters to listen to, in an order that is the same for the same filters; none for what the consumer receives
 * @param after the id of the last message that the caller has already; null for none
 * @param since when the first message that the caller wants was received; null for any time
 * @param waitSeconds how long a poll waits for the first message, 0 to 30
 * @param limit most messages that a poll gets, 1 to 1,000
 */
record FeedRequest(List<Filter> filters, String after, Instant since, int waitSeconds, int limit) {

    /** Most filters of one stream or poll. */
    private static final int MAX_FILTERS = 20;

    private static final int MAX_QUOTED = 100;

    private static final List<Permitted> PARAMETERS = List.of(
            new Permitted("topic", MAX_FILTERS),
            Permitted.once("qos"),
            Permitted.once("after"),
            Permitted.once("since"),
            Permitted.once("wait"),
            Permitted.once("limit"));

    /**
     * Those that join a group of a shared subscription last, see {@link JointFeed}; before them those with wildcards, so that many share in holding the
     * messages.
     */
    private static final Comparator<TopicFilter> ORDER = Comparator.comparing(TopicFilter::isShared)
            .thenComparing(TopicFilter::hasWildcard)
            .thenComparing(TopicFilter::text);

    /** A topic filter with its QoS. Listeners with equal ones share a subscription. */
    record Filter(TopicFilter topics, MqttQoS qos) {}

    /**
     * @param text the query as it came; null for none
     * @throws HttpProblem 400, which names each wrong parameter
     */
    static FeedRequest of(String text, int defaultQos) {
        Violations violations = new Violations();
        QueryParameters query = QueryParameters.of(text, violations, PARAMETERS);
        List<TopicFilter> topics = topics(query.all("topic"), violations);
        MqttQoS qos = MqttQoS.valueOf(number(query, "qos", 0, 2, defaultQos, "must be 0, 1 or 2", violations));
        String after = orNull(query.get("after"));
        if (after != null && !Feed.isId(after)) {
            violations.add("after", "must be the id of a message or the next of an earlier answer");
        }
        Instant since = instant(orNull(query.get("since")), violations);
        int wait = number(query, "wait", 0, 30, 0, "must be 0 to 30 seconds", violations);
        int limit = number(query, "limit", 1, 1_000, 100, "must be 1 to 1000", violations);
        violations.throwIfAny();
        List<Filter> filters = topics.stream()
                .sorted(ORDER)
                .distinct()
                .map(each -> new Filter(each, qos))
                .toList();
        return new FeedRequest(filters, after, since, wait, limit);
    }

    private static List<TopicFilter> topics(List<String> texts, Violations violations) {
        if (texts.size() == 1 && texts.get(0).isEmpty()) {
            return List.of();
        }
        List<TopicFilter> topics = new ArrayList<>(texts.size());
        for (String text : texts) {
            // Nobody need be told which one is wrong if there is one only.
            String which = texts.size() == 1 ? "" : quoted(text) + " ";
            try {
                topics.add(new TopicFilter(text));
                if (TopicFilter.hasBlankLevel(text)) {
                    violations.add("topic", which + Violations.BLANK_LEVEL);
                }
            } catch (IllegalArgumentException e) {
                violations.add("topic", which + "is not a topic filter: " + e.getMessage());
            }
        }
        return topics;
    }

    /** A filter for the text of a refusal, not longer than is good for it. */
    private static String quoted(String filter) {
        return "'" + (filter.length() > MAX_QUOTED ? filter.substring(0, MAX_QUOTED) + "..." : filter) + "'";
    }

    /** An empty one is none: a page writes its URL before it has any. */
    private static String orNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static Instant instant(String text, Violations violations) {
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            violations.add("since", "must be a time as in RFC 3339, 2026-11-24T21:22:47.5Z or with +01:00 (%2B01:00)");
            return null;
        }
    }

    private static int number(
            QueryParameters query, String name, int min, int max, int absent, String rule, Violations violations) {
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
     * The position at which the listener begins: behind the message that it has already; or else with those of the time that it names; or else with the
     * replay.
     *
     * @param lastEventId that of a browser that comes back, which wins over what its URL says; null for none
     */
    long start(Feed feed, String lastEventId) {
        String id = orNull(lastEventId) == null ? after : lastEventId;
        if (id != null) {
            return feed.positionAfter(id);
        }
        return since == null ? feed.replayPosition() : feed.positionSince(since);
    }

    /**
     * Checks whether the caller may listen. This is the only check for listeners.
     *
     * @param consumed the consumer's filter, which is used if the caller names none
     * @throws HttpProblem 403 if the caller may not listen
     */
    void require(Caller caller, String consumed) {
        if (filters.isEmpty()) {
            caller.requireConsumer(new TopicFilter(consumed));
        }
        for (Filter filter : filters) {
            try {
                caller.requireSubscribe(filter.topics());
            } catch (HttpProblem refusal) {
                throw filters.size() == 1 ? refusal : named(filter, refusal);
            }
        }
    }

    private static HttpProblem named(Filter filter, HttpProblem refusal) {
        String detail =
                quoted(filter.topics().text()) + ": " + refusal.problem().detail();
        HttpProblem named = HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, detail);
        return refusal.challenge().map(named::challenge).orElse(named);
    }
}
