package org.mqttgateway.publish;

/** Body of {@code POST /publish}. */
public record PublishRequest(String topic, String msg, Integer qos, Boolean retain) {}
