package org.mqttgateway.mqtt.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;
import org.mqttgateway.testing.SubscribedHarness;

/** What a message takes in memory, counted from what it has on the wire: an attacker chooses the cheapest form. */
class IncomingPublishTest {

    private static final int EACH = 760;
    private static final int PROPERTIES = 520;
    private static final int EACH_PROPERTY = 150;

    private final SubscribedHarness gateway = new SubscribedHarness(SessionHarness.MQTT_5, 1 << 20);
    private final EmbeddedSocket broker = gateway.subscribed(false);

    @AfterEach
    void close() {
        gateway.close();
    }

    private IncomingPublish receive(MqttQoS qos, boolean retain, MqttProperties properties, int payload) {
        broker.receive(new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, false, qos, retain, 0),
                new MqttPublishVariableHeader("django/t", 1, properties),
                Unpooled.wrappedBuffer(new byte[payload])));
        return gateway.messages.remove(0);
    }

    @Test
    void payloadAndTopic() {
        int weight = 100 + 2 * "django/t".length() + EACH;
        assertEquals(
                weight,
                receive(MqttQoS.AT_MOST_ONCE, false, MqttProperties.NO_PROPERTIES, 100)
                        .weight());
        assertEquals(
                weight,
                receive(MqttQoS.AT_LEAST_ONCE, false, MqttProperties.NO_PROPERTIES, 100)
                        .weight());
    }

    @Test
    void propertiesThatMayBeRepeatedTakeMore() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.UserProperty("a", "b"));
        properties.add(new MqttProperties.UserProperty("a", "c"));
        properties.add(
                new MqttProperties.IntegerProperty(MqttProperties.MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value(), 1));
        IncomingPublish message = receive(MqttQoS.AT_LEAST_ONCE, true, properties, 0);
        // Each user property has seven bytes on the wire, the identifier two.
        int wire = 1 + 7 + 7 + 2;
        assertEquals(2 * ("django/t".length() + wire) + 3 * EACH_PROPERTY + PROPERTIES + EACH, message.weight());
        assertTrue(message.retain());
        assertEquals(
                2,
                message.properties()
                        .getProperties(MqttProperties.MqttPropertyType.USER_PROPERTY.value())
                        .size());
    }

    @Test
    void theTopicOnTheWireIsNoProperty() {
        broker.publish("django/日本", MqttQoS.AT_MOST_ONCE, 0, false);
        IncomingPublish message = gateway.messages.get(0);
        assertEquals(2 * "django/日本".length() + EACH, message.weight());
        assertFalse(message.retain());
    }
}
