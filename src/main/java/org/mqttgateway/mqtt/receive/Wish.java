package org.mqttgateway.mqtt.receive;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * What somebody wants to subscribe.
 *
 * @param qos the highest QoS with which messages shall be delivered
 * @param listener learns the broker's answers
 */
public record Wish(TopicFilter filter, MqttQoS qos, SubscriptionListener listener) {}
