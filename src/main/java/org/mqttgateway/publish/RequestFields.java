package org.mqttgateway.publish;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Problem.Violation;
import org.mqttgateway.http.RequestBody;
import org.mqttgateway.mqtt.TopicFilter;

/** Collects the fields of one publish and the mistakes in them, so that the caller is told all mistakes at once. */
final class RequestFields {

    private static final int SHOWN_OF_A_NAME = 100;

    private final MqttQoS defaultQos;
    private final long maxPayload;
    private final List<Violation> violations = new ArrayList<>(0);
    private String topic;
    private byte[] payload;
    private MqttQoS qos;
    private boolean retain;
    private PropertyFields properties;

    RequestFields(MqttQoS defaultQos, long maxPayload) {
        this.defaultQos = defaultQos;
        this.maxPayload = maxPayload;
    }

    void topic(String text) {
        topic = text;
        try {
            TopicFilter.requireTopicName(text);
        } catch (IllegalArgumentException e) {
            violation("topic", e.getMessage());
        }
    }

    void payload(byte[] bytes) {
        payload = bytes;
    }

    void qos(int level) {
        if (level < 0 || level > 2) {
            violation("qos", "must be 0, 1 or 2");
        } else {
            qos = MqttQoS.valueOf(level);
        }
    }

    void retain(boolean value) {
        retain = value;
    }

    /** Collects the properties. It is made when it is first needed, because most requests have no properties. */
    PropertyFields properties() {
        if (properties == null) {
            properties = new PropertyFields(this::violation);
        }
        return properties;
    }

    void violation(String field, String message) {
        String shown = field.length() > SHOWN_OF_A_NAME ? field.substring(0, SHOWN_OF_A_NAME) + "..." : field;
        violations.add(new Violation(shown, message));
    }

    boolean hasViolation(String field) {
        return violations.stream().anyMatch(violation -> violation.field().equals(field));
    }

    /** @throws HttpProblem 400 if something is wrong, 413 if the payload is too large */
    PublishRequest toRequest(String missingTopic) {
        if (topic == null && !hasViolation("topic")) {
            violation("topic", missingTopic);
        }
        if (payload == null && !hasViolation("msg")) {
            violation("msg", "is required; null or \"\" is an empty payload");
        }
        GivenProperties given = properties == null ? null : properties.toProperties();
        if (!violations.isEmpty()) {
            throw HttpProblem.invalid(violations);
        }
        if (payload.length > maxPayload) {
            throw RequestBody.payloadTooLarge(payload.length, maxPayload);
        }
        return new PublishRequest(topic, payload, qos == null ? defaultQos : qos, retain, given);
    }
}
