package org.mqttgateway.publish;

import io.netty.handler.codec.mqtt.MqttQoS;

/** A message to publish, checked: the topic is a topic name, and the payload is the bytes that subscribers get. */
record PublishRequest(String topic, byte[] payload, MqttQoS qos, boolean retain) {}
