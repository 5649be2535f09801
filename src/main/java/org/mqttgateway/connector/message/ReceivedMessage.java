package org.mqttgateway.connector.message;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.messages.MqttPublishMessage;
import org.mqttgateway.base.Weight;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.receive.IncomingPublish.Arrival;

/**
 * Shows an {@link IncomingPublish} as the type that SmallRye's metadata needs, without copying the payload.
 *
 * @param publish the message
 */
public record ReceivedMessage(IncomingPublish publish) implements MqttPublishMessage {

    /** The bytes that a message of an incoming channel takes in memory, with either connector. */
    public static int weight(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        MqttPublishMessage message = metadata.getMessage().getDelegate();
        return message instanceof ReceivedMessage received
                ? received.publish().weight()
                : Weight.of(
                        message.topicName(),
                        payload,
                        message.properties() == null ? MqttProperties.NO_PROPERTIES : message.properties());
    }

    @Override
    public int messageId() {
        return publish.packetId();
    }

    @Override
    public MqttQoS qosLevel() {
        return publish.qos();
    }

    /** Whether the broker may have sent a message of an incoming channel before. The stock connector knows of DUP only. */
    public static Arrival arrival(ReceivingMqttMessageMetadata metadata) {
        if (metadata.getMessage().getDelegate() instanceof ReceivedMessage received) {
            return received.publish().arrival();
        }
        return metadata.isDuplicate() ? Arrival.AGAIN : Arrival.FIRST;
    }

    @Override
    public boolean isDup() {
        return publish.arrival() == Arrival.AGAIN;
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

    /** Does the same as to ack the message of the channel, which is the usual way. */
    @Override
    public void ack() {
        publish.consumed();
    }

    @Override
    public MqttProperties properties() {
        return publish.properties();
    }
}
