package org.mqttgateway.webhook.post;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.vertx.core.MultiMap;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.mqttgateway.base.PayloadText;
import org.mqttgateway.http.PropertiesJson;

/** The payload as it is. Topic and properties are headers, those of a raw publish among them. */
final class PayloadForm implements Form {

    /** Longer ones, and those that are no media type (RFC 9110 section 8.3.1), are not sent. */
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[!#$%&'*+.^_`|~\\w-]+/[!#$%&'*+.^_`|~\\w-]+( *;[ -~]*)?");

    private static final int MOST_MEDIA_TYPE = 200;

    @Override
    public byte[] body(Delivery delivery) {
        return delivery.payload();
    }

    @Override
    public void addHeaders(Delivery delivery, MultiMap headers) {
        headers.set("Content-Type", contentType(delivery));
        addTo(new MessageHeaders(headers), delivery);
    }

    /** What is always small comes first. */
    void addTo(MessageHeaders headers, Delivery delivery) {
        MqttProperties properties = PropertiesJson.of(delivery.metadata());
        String qos = Integer.toString(delivery.metadata().getQosLevel().value());
        headers.add("mqtt-qos", qos, UnaryOperator.identity());
        headers.add("mqtt-retain", Boolean.toString(delivery.metadata().isRetain()), UnaryOperator.identity());
        add(
                headers,
                "mqtt-message-expiry",
                properties,
                MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL,
                seconds -> Integer.toUnsignedString((Integer) seconds));
        add(
                headers,
                "mqtt-payload-format-indicator",
                properties,
                MqttPropertyType.PAYLOAD_FORMAT_INDICATOR,
                Object::toString);
        headers.add("mqtt-topic", delivery.topic(), HeaderText::utf8);
        add(headers, "mqtt-response-topic", properties, MqttPropertyType.RESPONSE_TOPIC, Object::toString);
        add(headers, "mqtt-correlation-data", properties, MqttPropertyType.CORRELATION_DATA, data -> Base64.getEncoder()
                .encodeToString((byte[]) data));
        for (StringPair pair : user(properties)) {
            headers.add("mqtt-user-property", pair.key + "=" + pair.value, HeaderText::utf8);
        }
    }

    private static void add(
            MessageHeaders headers,
            String name,
            MqttProperties properties,
            MqttPropertyType type,
            Function<Object, String> text) {
        MqttProperties.MqttProperty<?> property = properties.getProperty(type.value());
        if (property != null) {
            headers.add(name, text.apply(property.value()), HeaderText::utf8);
        }
    }

    /** The message's Content Type if it is one that a header can have; otherwise what the payload looks like. */
    static String contentType(Delivery delivery) {
        MqttProperties.MqttProperty<?> property =
                PropertiesJson.of(delivery.metadata()).getProperty(MqttPropertyType.CONTENT_TYPE.value());
        if (property != null) {
            String type = (String) property.value();
            if (type.length() <= MOST_MEDIA_TYPE && MEDIA_TYPE.matcher(type).matches()) {
                return type;
            }
        }
        return PayloadText.decode(delivery.payload()) != null
                ? "text/plain; charset=utf-8"
                : "application/octet-stream";
    }

    /** The User Properties, in their order. */
    static List<StringPair> user(MqttProperties properties) {
        return properties.getProperties(MqttPropertyType.USER_PROPERTY.value()).stream()
                .map(property -> ((UserProperty) property).value())
                .toList();
    }
}
