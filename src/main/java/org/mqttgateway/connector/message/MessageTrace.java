package org.mqttgateway.connector.message;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.util.List;
import org.mqttgateway.base.TraceContext;

/** Where a message belongs in a trace, by its user properties (W3C Trace Context for MQTT). */
public final class MessageTrace {

    private MessageTrace() {}

    /** What the user properties say; null if they say nothing, or something malformed. */
    public static TraceContext of(MqttProperties properties) {
        List<String> parents = values(properties, TraceContext.TRACEPARENT);
        // Most messages have none.
        return parents.isEmpty() ? null : TraceContext.of(parents, values(properties, TraceContext.TRACESTATE));
    }

    private static List<String> values(MqttProperties properties, String name) {
        return properties.getProperties(MqttPropertyType.USER_PROPERTY.value()).stream()
                .map(property -> ((MqttProperties.UserProperty) property).value())
                .filter(pair -> pair.key.equals(name))
                .map(pair -> pair.value)
                .toList();
    }
}
