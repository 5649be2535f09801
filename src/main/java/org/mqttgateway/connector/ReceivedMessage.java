package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.messages.MqttPublishMessage;
import org.mqttgateway.mqtt.IncomingPublish;

/** A message of our session in the shape that SmallRye's metadata want it; the payload is in memory once. */
record ReceivedMessage(IncomingPublish publish) implements MqttPublishMessage {

    @Override
    public int messageId() {
        return publish.packetId();
    }

    @Override
    public MqttQoS qosLevel() {
        return publish.qos();
    }

    @Override
    public boolean isDup() {
        return publish.dup();
    }

    @Override
    public boolean isRetain() {
        return publish.retain();
    }

    @Override
    public String topicName() {
        return publish.topic();
    }

    @Override
    public Buffer payload() {
        return Buffer.buffer(publish.payload());
    }

    /** Acking the message of the channel is the way; this is the same. */
    @Override
    public void ack() {
        publish.consumed();
    }

    @Override
    public MqttProperties properties() {
        return publish.properties();
    }
}
