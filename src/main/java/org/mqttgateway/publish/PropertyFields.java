package org.mqttgateway.publish;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import org.mqttgateway.connector.PublishExtras;
import org.mqttgateway.mqtt.TopicFilter;

/**
 * Collects the properties of one publish (MQTT 5 section 3.3.2.3). The first argument of each method is the caller's name of the property;
 * a violation names it.
 */
final class PropertyFields {

    /** Most bytes of all properties together in the packet: as many as the gateway accepts from a broker. */
    static final int MAX_SIZE = 65_535;

    private static final int MAX_STRING = 65_535;
    private static final long MAX_EXPIRY = 0xffff_ffffL;

    /** Most bytes of the Property Length, which comes before the properties (section 2.2.2.1). */
    private static final int PROPERTY_LENGTH = 4;

    private final BiConsumer<String, String> violations;
    private final MqttProperties properties = new MqttProperties();
    private final List<String> names = new ArrayList<>();
    private int size = PROPERTY_LENGTH;

    /** @param violations called with each wrong field and what is wrong with it */
    PropertyFields(BiConsumer<String, String> violations) {
        this.violations = violations;
    }

    /** The media type of a raw body. It is no reason to refuse the message if the broker knows no properties. */
    void contentTypeOfBody(String field, String text) {
        if (isString(field, text)) {
            add(new MqttProperties.StringProperty(MqttPropertyType.CONTENT_TYPE.value(), text), 3 + length(text));
        }
    }

    void contentType(String field, String text) {
        names.add(field);
        contentTypeOfBody(field, text);
    }

    void responseTopic(String field, String topic) {
        names.add(field);
        try {
            TopicFilter.requireTopicName(topic);
            add(new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), topic), 3 + length(topic));
        } catch (IllegalArgumentException e) {
            violations.accept(field, e.getMessage());
        }
    }

    void correlationData(String field, String base64) {
        names.add(field);
        try {
            byte[] data = Base64.getDecoder().decode(base64);
            if (data.length > MAX_STRING) {
                violations.accept(field, "must not be longer than " + MAX_STRING + " bytes");
            } else {
                add(
                        new MqttProperties.BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), data),
                        3 + data.length);
            }
        } catch (IllegalArgumentException e) {
            violations.accept(field, "is not base64 (RFC 4648 section 4)");
        }
    }

    void messageExpiryInterval(String field, String digits) {
        names.add(field);
        if (digits.matches("\\d{1,10}") && Long.parseLong(digits) <= MAX_EXPIRY) {
            add(
                    new MqttProperties.IntegerProperty(
                            MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), (int) Long.parseLong(digits)),
                    5);
        } else {
            violations.accept(field, "must be 0 to " + MAX_EXPIRY + " (seconds)");
        }
    }

    void payloadFormatIndicator(String field, String digit) {
        names.add(field);
        if (digit.equals("0") || digit.equals("1")) {
            add(
                    new MqttProperties.IntegerProperty(
                            MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value(), Integer.valueOf(digit)),
                    2);
        } else {
            violations.accept(field, "must be 0 (bytes) or 1 (UTF-8 text)");
        }
    }

    void userProperty(String field, String name, String value) {
        if (!names.contains(field)) {
            names.add(field);
        }
        if (isString(field, name) && isString(field, value)) {
            add(new MqttProperties.UserProperty(name, value), 5 + length(name) + length(value));
        }
    }

    private boolean isString(String field, String text) {
        try {
            TopicFilter.requireString(text);
            return true;
        } catch (IllegalArgumentException e) {
            violations.accept(field, e.getMessage());
            return false;
        }
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Adds a property, unless there are too many bytes already: nothing that is too large is kept. */
    private void add(MqttProperties.MqttProperty<?> property, int bytes) {
        size += bytes;
        if (size <= MAX_SIZE) {
            properties.add(property);
        }
    }

    /** The properties; null if none was given. */
    GivenProperties toProperties() {
        if (size > MAX_SIZE) {
            violations.accept("properties", "must not have more than " + MAX_SIZE + " bytes together");
        }
        // Not MqttProperties.isEmpty(), for which user properties alone are none.
        return size == PROPERTY_LENGTH
                ? null
                : new GivenProperties(new PublishExtras(properties, size, !names.isEmpty(), null), List.copyOf(names));
    }
}
