package org.mqttgateway.publish.parse;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.mqttgateway.connector.message.PublishExtras;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * Collects the properties of one publish (MQTT 5 section 3.3.2.3). The first argument of each method is the caller's name of the property;
 * a violation names it.
 */
final class PropertyFields {

    /** Most bytes of all properties together in the packet: as many as the gateway accepts from a broker. */
    static final int MAX_SIZE = 65_535;

    /** Most user properties: each takes more in memory than on the wire, where the smallest has five bytes. */
    static final int MAX_USER_PROPERTIES = 256;

    /** The length of a name that is wrong. */
    static final int WRONG = -1;

    private static final int MAX_STRING = 65_535;
    private static final long MAX_EXPIRY = 0xffff_ffffL;

    /** Most bytes of the Property Length, which comes before the properties (section 2.2.2.1). */
    static final int PROPERTY_LENGTH = 4;

    static final String TOO_LARGE = "must not have more than " + MAX_SIZE + " bytes together";

    static final String TOO_MANY = "must not be more than " + MAX_USER_PROPERTIES;

    private final Violations violations;
    private final MqttProperties properties = new MqttProperties();
    private final List<String> names = new ArrayList<>();
    private int size;
    private int userProperties;

    /** The caller's name of the property that says that the payload is UTF-8; null if none says so. */
    private String textField;

    /** Whether one of the user properties is wrong. The others do not matter then. */
    private boolean userWrong;

    PropertyFields(Violations violations) {
        this.violations = violations;
    }

    /** Whether the field has been given, be it right or wrong. The media type of a raw body is none. */
    boolean isGiven(String field) {
        return names.contains(field);
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
        String problem = TopicFilter.topicNameProblem(topic);
        if (problem == null) {
            add(new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), topic), 3 + length(topic));
        } else {
            violations.add(field, problem);
        }
    }

    void correlationData(String field, String base64) {
        names.add(field);
        try {
            byte[] data = Base64.getDecoder().decode(base64);
            if (data.length > MAX_STRING) {
                violations.add(field, "must not be longer than " + MAX_STRING + " bytes");
            } else {
                add(
                        new MqttProperties.BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), data),
                        3 + data.length);
            }
        } catch (IllegalArgumentException e) {
            violations.add(field, "is not base64 (RFC 4648 section 4)");
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
            violations.add(field, "must be 0 to " + MAX_EXPIRY + " (seconds)");
        }
    }

    void payloadFormatIndicator(String field, String digit) {
        names.add(field);
        if (digit.equals("0") || digit.equals("1")) {
            textField = digit.equals("1") ? field : null;
            add(
                    new MqttProperties.IntegerProperty(
                            MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value(), Integer.valueOf(digit)),
                    2);
        } else {
            violations.add(field, "must be 0 (bytes) or 1 (UTF-8 text)");
        }
    }

    void userProperty(String field, String name, String value) {
        userProperty(field, name, userName(field, name), value);
    }

    /** Checks the name of user properties; returns its bytes, or {@link #WRONG}. A name may have many values, so it is checked once. */
    int userName(String field, String name) {
        if (!names.contains(field)) {
            names.add(field);
        }
        userWrong = userWrong || !isString(field, name);
        return userWrong ? WRONG : length(name);
    }

    /** Adds a user property. {@code nameLength} is what {@link #userName} has returned. */
    void userProperty(String field, String name, int nameLength, String value) {
        userWrong = userWrong || !isString(field, value);
        if (userWrong) {
            return;
        }
        if (++userProperties > MAX_USER_PROPERTIES) {
            throw violations.last(field, TOO_MANY);
        }
        add(new MqttProperties.UserProperty(name, value), 5 + nameLength + length(value));
    }

    /** Checks the payload against what the properties say of it (section 3.3.2.3.2). */
    void checkPayload(byte[] payload) {
        if (textField != null && !ByteBufUtil.isText(Unpooled.wrappedBuffer(payload), StandardCharsets.UTF_8)) {
            violations.add(textField, "is 1 (UTF-8 text), and the payload is not UTF-8");
        }
    }

    private boolean isString(String field, String text) {
        String problem = TopicFilter.stringProblem(text);
        if (problem != null) {
            violations.add(field, problem);
        }
        return problem == null;
    }

    private static int length(String text) {
        return ByteBufUtil.utf8Bytes(text);
    }

    /** @throws HttpProblem 400 if there are too many bytes now */
    private void add(MqttProperties.MqttProperty<?> property, int bytes) {
        size += bytes;
        if (PROPERTY_LENGTH + size > MAX_SIZE) {
            throw violations.last("properties", TOO_LARGE);
        }
        properties.add(property);
    }

    /** The properties; null if none was given. */
    GivenProperties toProperties() {
        // Not MqttProperties.isEmpty(), for which user properties alone are none.
        return size == 0
                ? null
                : new GivenProperties(new PublishExtras(properties, size, !names.isEmpty()), List.copyOf(names));
    }
}
