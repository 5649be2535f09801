package org.mqttgateway.publish.parse;

import io.netty.handler.codec.mqtt.MqttProperties;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.mqttgateway.connector.message.PublishExtras;
import org.mqttgateway.http.HttpProblem;

/**
 * The properties of MQTT 5 that a caller has given for a message.
 *
 * @param extras the properties as the connector takes them
 * @param names the caller's names of the fields or headers that cannot be sent to a broker of MQTT 3.1.1
 */
public record GivenProperties(PublishExtras extras, List<String> names) {

    private static final int IDENTIFIER_AND_LENGTH = 3;

    private static final String CARRIED = ", those of Idempotency-Key, traceparent and tracestate among them";

    /** No properties; a request without properties of its own starts from this, and {@link #withReply} adds to it. */
    public static final GivenProperties NONE = new GivenProperties(PublishExtras.NONE, List.of());

    /**
     * The same properties with a Response Topic and Correlation Data (sections 3.3.2.3.5 and 3.3.2.3.6).
     *
     * @param name the field that the error names if the broker speaks MQTT 3.1.1
     */
    public GivenProperties withReply(String responseTopic, byte[] correlationData, String name) {
        MqttProperties all = new MqttProperties();
        extras.properties().listAll().forEach(all::add);
        all.add(new MqttProperties.StringProperty(
                MqttProperties.MqttPropertyType.RESPONSE_TOPIC.value(), responseTopic));
        all.add(new MqttProperties.BinaryProperty(
                MqttProperties.MqttPropertyType.CORRELATION_DATA.value(), correlationData));
        int more = 2 * IDENTIFIER_AND_LENGTH
                + responseTopic.getBytes(StandardCharsets.UTF_8).length
                + correlationData.length;
        return new GivenProperties(
                new PublishExtras(all, extras.size() + more, true, extras.sent(), extras.late()), List.of(name));
    }

    /**
     * The same with more user properties (section 3.3.2.3.7), which are left out with a broker of MQTT 3.1.1.
     *
     * @throws HttpProblem 400 if there are too many then
     */
    GivenProperties with(List<MqttProperties.StringPair> userProperties) {
        PublishExtras all = extras.with(userProperties);
        if (PropertyFields.PROPERTY_LENGTH + all.size() > PropertyFields.MAX_SIZE) {
            throw HttpProblem.invalid("properties", PropertyFields.TOO_LARGE + CARRIED);
        }
        if (all.userProperties() > PropertyFields.MAX_USER_PROPERTIES) {
            throw HttpProblem.invalid("userProperties", PropertyFields.TOO_MANY + CARRIED);
        }
        return new GivenProperties(all, names);
    }

    /** The same properties. {@code action} is called if the broker confirms the message after its caller was told that nobody knows. */
    public GivenProperties whenConfirmedLate(Runnable action) {
        return new GivenProperties(extras.whenConfirmedLate(action), names);
    }

    /** The same properties. {@code action} is called on an event loop when the message is sent to the broker. */
    public GivenProperties whenSent(Runnable action) {
        return new GivenProperties(extras.whenSent(action), names);
    }
}
