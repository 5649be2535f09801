package org.mqttgateway.testing;

import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import java.util.List;

/**
 * A SUBSCRIBE that a client sent.
 *
 * @param subscriptions filters with their options: QoS, and for MQTT 5 no local, retain as published, retain handling
 */
public record Subscribe(
        ScriptedConnection connection,
        int packetId,
        List<MqttTopicSubscription> subscriptions,
        MqttProperties properties) {

    static Subscribe of(ScriptedConnection connection, MqttSubscribeMessage message) {
        MqttMessageIdAndPropertiesVariableHeader header = message.idAndPropertiesVariableHeader();
        return new Subscribe(
                connection, header.messageId(), message.payload().topicSubscriptions(), header.properties());
    }

    public List<String> filters() {
        return subscriptions.stream().map(MqttTopicSubscription::topicFilter).toList();
    }

    /** The Subscription Identifier (section 3.8.2.1.2); 0 where there is none. */
    public int identifier() {
        return properties.getProperties(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value()).stream()
                .mapToInt(property -> ((IntegerProperty) property).value())
                .findFirst()
                .orElse(0);
    }
}
