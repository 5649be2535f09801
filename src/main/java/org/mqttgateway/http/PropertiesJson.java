package org.mqttgateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the properties of a received message (MQTT 5 section 3.3.2.3) in the form in which {@code POST /publish} accepts them. */
public final class PropertiesJson {

    private PropertiesJson() {}

    /** The properties of a message of an incoming channel, with either connector; empty on MQTT 3.1.1. */
    public static MqttProperties of(ReceivingMqttMessageMetadata metadata) {
        MqttProperties properties = metadata.getMessage().getDelegate().properties();
        return properties == null ? MqttProperties.NO_PROPERTIES : properties;
    }

    /**
     * Writes the field {@code properties} into the present object. Writes nothing if the message has no property that a publish could have.
     */
    public static void write(JsonGenerator json, MqttProperties properties) throws IOException {
        // Not MqttProperties.isEmpty(), for which user properties alone are none.
        Map<String, Object> fields = properties.listAll().isEmpty() ? Map.of() : fields(properties);
        if (!fields.isEmpty()) {
            json.writeFieldName("properties");
            write(json, fields);
        }
    }

    private static Map<String, Object> fields(MqttProperties properties) {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "contentType", properties, MqttPropertyType.CONTENT_TYPE);
        put(fields, "responseTopic", properties, MqttPropertyType.RESPONSE_TOPIC);
        if (value(properties, MqttPropertyType.CORRELATION_DATA) instanceof byte[] data) {
            fields.put("correlationData", Base64.getEncoder().encodeToString(data));
        }
        if (value(properties, MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL) instanceof Integer seconds) {
            fields.put("messageExpiryInterval", Integer.toUnsignedLong(seconds));
        }
        put(fields, "payloadFormatIndicator", properties, MqttPropertyType.PAYLOAD_FORMAT_INDICATOR);
        Map<String, List<String>> user = new LinkedHashMap<>();
        for (Object property : properties.getProperties(MqttPropertyType.USER_PROPERTY.value())) {
            MqttProperties.StringPair pair = ((MqttProperties.UserProperty) property).value();
            user.computeIfAbsent(pair.key, name -> new ArrayList<>(1)).add(pair.value);
        }
        if (!user.isEmpty()) {
            fields.put("userProperties", user);
        }
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, MqttProperties properties, MqttPropertyType type) {
        Object value = value(properties, type);
        if (value != null) {
            fields.put(name, value);
        }
    }

    private static Object value(MqttProperties properties, MqttPropertyType type) {
        MqttProperties.MqttProperty<?> property = properties.getProperty(type.value());
        return property == null ? null : property.value();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            json.writeStartObject();
            for (Map.Entry<?, ?> field : object.entrySet()) {
                json.writeFieldName((String) field.getKey());
                write(json, field.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> array && array.size() == 1) {
            json.writeString((String) array.get(0));
        } else if (value instanceof List<?> array) {
            json.writeStartArray();
            for (Object element : array) {
                json.writeString((String) element);
            }
            json.writeEndArray();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else {
            json.writeNumber(((Number) value).longValue());
        }
    }
}
