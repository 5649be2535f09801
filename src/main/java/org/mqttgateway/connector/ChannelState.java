package org.mqttgateway.connector;

/**
 * The state of a channel of {@link ConfirmedMqttConnector}.
 *
 * @param name the channel, {@code publish} for instance
 * @param ok whether it is connected, and subscribed if it is an incoming one
 * @param text one sentence for an operator, which may name hosts and topics
 * @param version the version of MQTT that it speaks, {@code 5} or {@code 3.1.1}; null while it is not connected
 */
public record ChannelState(String name, boolean ok, String text, String version) {}
