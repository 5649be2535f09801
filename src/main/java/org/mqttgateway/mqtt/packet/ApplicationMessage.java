package org.mqttgateway.mqtt.packet;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;

/** An Application Message that a client publishes: what a PUBLISH carries (section 3.3), and nothing of its way to the broker. */
public interface ApplicationMessage {

    /** The Topic Name (section 3.3.2.1). */
    String topic();

    /** The payload itself, not a copy; must not be changed. */
    byte[] payload();

    /** The QoS with which the message is sent (section 4.3). */
    MqttQoS qos();

    /** Whether the broker is to retain the message (section 3.3.1.3). */
    boolean retain();

    /** The properties of MQTT 5; {@link MqttProperties#NO_PROPERTIES} for none. */
    MqttProperties properties();

    /** The bytes of the properties in the packet, without those of the Property Length (section 2.2.2.1). */
    int propertiesSize();
}
