package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.SendingMqttMessageMetadata;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;
import org.mqttgateway.mqtt.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/** The end of an outgoing channel: turns its messages into publishes. It asks for all there is, because the outboxes have the bounds. */
final class OutgoingChannel implements Flow.Subscriber<Message<?>> {

    private static final Logger LOG = Logger.getLogger(OutgoingChannel.class);

    private final Outboxes outboxes;
    private final String topic;
    private final MqttQoS qos;
    private final long timeoutNanos;

    /** @param topic topic of messages whose metadata names none; may be null, such messages are nacked then */
    OutgoingChannel(Outboxes outboxes, String topic, MqttQoS qos, GatewaySettings settings) {
        this.outboxes = outboxes;
        this.topic = topic;
        this.qos = qos;
        this.timeoutNanos = settings.publishTimeout().toNanos();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Message<?> message) {
        PendingPublish publish;
        try {
            publish = toPublish(message);
        } catch (RuntimeException e) {
            message.nack(e);
            return;
        }
        // The emitter calls on the thread that sends, so what one request sends keeps its order.
        outboxes.offer(publish, Vertx.currentContext());
    }

    @Override
    public void onError(Throwable failure) {
        LOG.error("The outgoing channel has failed", failure);
    }

    @Override
    public void onComplete() {
        LOG.debug("The outgoing channel is complete");
    }

    private PendingPublish toPublish(Message<?> message) {
        SendingMqttMessageMetadata metadata =
                message.getMetadata(SendingMqttMessageMetadata.class).orElse(null);
        boolean hasTopic = metadata != null && metadata.getTopic() != null;
        boolean hasQos = metadata != null && metadata.getQosLevel() != null;
        String to = hasTopic ? metadata.getTopic() : topic;
        if (to == null) {
            throw new IllegalArgumentException("the message has no topic, and its channel has none either");
        }
        return new PendingPublish(
                message,
                TopicFilter.requireTopicName(to),
                toBytes(message.getPayload()),
                hasQos ? metadata.getQosLevel() : qos,
                metadata != null && metadata.isRetain(),
                timeoutNanos);
    }

    /** The conversions of the stock connector. */
    private static byte[] toBytes(Object payload) {
        if (payload instanceof byte[] bytes) {
            return bytes;
        }
        if (payload instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (payload instanceof Buffer buffer) {
            return buffer.getBytes();
        }
        if (payload instanceof io.vertx.mutiny.core.buffer.Buffer buffer) {
            return buffer.getBytes();
        }
        return payload == null ? new byte[0] : Json.encodeToBuffer(payload).getBytes();
    }
}
