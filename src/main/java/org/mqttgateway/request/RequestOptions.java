package org.mqttgateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.publish.parse.MoreFields;
import org.mqttgateway.publish.parse.PublishRequest;
import org.mqttgateway.settings.GatewaySettings;

/** The fields of a request that a publish does not have: {@code timeout} and {@code replyTo}. */
final class RequestOptions implements MoreFields {

    /** Most characters of a timeout, a point among them. */
    private static final int MAX_DIGITS = 17;

    private final GatewaySettings.Request settings;
    private Duration timeout;
    private String replyTo;

    RequestOptions(GatewaySettings.Request settings) {
        this.settings = settings;
        this.timeout = settings.timeout();
    }

    @Override
    public List<String> names() {
        return List.of("timeout", "replyTo");
    }

    @Override
    public boolean json(String name, JsonParser parser, Violations violations) throws IOException {
        JsonToken value = parser.currentToken();
        switch (name) {
            case "timeout" -> timeout(isShortNumber(parser) ? parser.getText() : "", violations);
            case "replyTo" -> {
                if (value == JsonToken.VALUE_STRING) {
                    replyTo(parser.getText(), violations);
                } else {
                    violations.add(name, "must be a string");
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean isShortNumber(JsonParser parser) throws IOException {
        return parser.currentToken().isNumeric() && parser.getTextLength() <= MAX_DIGITS;
    }

    @Override
    public void parameter(String name, String value, Violations violations) {
        if (name.equals("timeout")) {
            timeout(value, violations);
        } else {
            replyTo(value, violations);
            if (TopicFilter.hasBlankLevel(value)) {
                violations.add(name, Violations.BLANK_IN_TOPIC);
            }
        }
    }

    private void timeout(String seconds, Violations violations) {
        // No exponent is permitted: the digits of 1e999999999 would fill the memory.
        if (seconds.matches("\\d{1,7}(\\.\\d{1,9})?")) {
            long millis = new BigDecimal(seconds).movePointRight(3).longValue();
            if (millis >= 1 && millis <= settings.maxTimeout().toMillis()) {
                timeout = Duration.ofMillis(millis);
                return;
            }
        }
        violations.add(
                "timeout",
                "must be a number of seconds, at most "
                        + BigDecimal.valueOf(settings.maxTimeout().toMillis(), 3)
                                .stripTrailingZeros()
                                .toPlainString() + " (mqtt.request.max-timeout)");
    }

    private void replyTo(String topic, Violations violations) {
        replyTo = topic;
        String problem = TopicFilter.topicNameProblem(topic);
        if (problem != null) {
            violations.add("replyTo", problem);
        } else if (topic.startsWith("$share/")) {
            violations.add("replyTo", "must not be a shared subscription: it would take messages away from others");
        }
    }

    /** @throws HttpProblem 400 if the fields contradict each other */
    RequestMessage toRequest(PublishRequest publish, Caller from) {
        Violations violations = new Violations();
        if (publish.topic().equals(replyTo)) {
            violations.add("replyTo", "must not be the topic itself: the message would be its own answer");
        }
        if (replyTo == null && publish.properties() != null) {
            for (String name : publish.properties().names()) {
                if (name.matches(".*(responseTopic|correlationData|response-topic|correlation-data)")) {
                    violations.add(
                            name,
                            "is set by the gateway; to set it yourself, give replyTo too: the reply is then what comes on that topic");
                }
            }
        }
        violations.throwIfAny();
        return new RequestMessage(publish, from, replyTo, timeout);
    }
}
