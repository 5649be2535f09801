package org.mqttgateway.publish.parse;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;
import org.mqttgateway.http.body.RequestBody;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** Collects the fields of one publish and the mistakes in them, so that the caller is told all mistakes at once. */
final class RequestFields {

    private final MqttQoS defaultQos;
    private final long maxPayload;
    private final Violations violations = new Violations();
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
        String problem = TopicFilter.topicNameProblem(text);
        if (problem != null) {
            violations.add("topic", problem);
        }
    }

    void payload(byte[] bytes) {
        payload = bytes;
    }

    void qos(int level) {
        if (level < 0 || level > 2) {
            violations.add("qos", "must be 0, 1 or 2");
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
            properties = new PropertyFields(violations);
        }
        return properties;
    }

    /** What is wrong with the fields. */
    Violations violations() {
        return violations;
    }

    /** @throws HttpProblem 400 if something is wrong, 413 if the payload is too large */
    PublishRequest toRequest(String missingTopic) {
        if (topic == null) {
            violations.add("topic", missingTopic);
        }
        if (payload == null) {
            violations.add("msg", "is required; null or \"\" is an empty payload");
        } else if (properties != null) {
            properties.checkPayload(payload);
        }
        GivenProperties given = properties == null ? null : properties.toProperties();
        violations.throwIfAny();
        if (payload.length > maxPayload) {
            throw RequestBody.payloadTooLarge(payload.length, maxPayload);
        }
        return new PublishRequest(topic, payload, qos == null ? defaultQos : qos, retain, given);
    }
}
