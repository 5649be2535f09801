package org.mqttgateway.feed;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.mutiny.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;

/** Messages for tests of the feed below HTTP. */
final class FeedMessages {

    private FeedMessages() {}

    static FeedMessage message(long id, String payload) {
        return new FeedMessage(id, payload.getBytes(StandardCharsets.UTF_8), metadata());
    }

    static void accept(MessageFeed feed, byte[] payload) {
        feed.accept(payload, metadata());
    }

    /** Of a message on {@code t} with QoS 1. */
    private static ReceivingMqttMessageMetadata metadata() {
        return new ReceivingMqttMessageMetadata(
                MqttPublishMessage.newInstance(io.vertx.mqtt.messages.MqttPublishMessage.create(
                        1, MqttQoS.AT_LEAST_ONCE, false, false, "t", Unpooled.EMPTY_BUFFER)));
    }
}
