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
import org.mqttgateway.connector.message.PublishExtras;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * The end of an outgoing channel: turns its messages into publishes. It requests an unlimited number of messages, because {@link
 * PublishingSessions} limits what waits.
 */
final class OutgoingChannel implements Flow.Subscriber<Message<?>> {

    private static final Logger LOG = Logger.getLogger(OutgoingChannel.class);

    private final PublishingSessions sessions;
    private final String topic;
    private final MqttQoS qos;
    private final long timeoutNanos;
    private final BrokerMetrics metrics;

    /** @param topic topic of messages whose metadata names none; if it is null such messages are nacked */
    OutgoingChannel(PublishingSessions sessions, String topic, MqttQoS qos, long timeoutNanos, BrokerMetrics metrics) {
        this.sessions = sessions;
        this.topic = topic;
        this.qos = qos;
        this.timeoutNanos = timeoutNanos;
        this.metrics = metrics;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Message<?> message) {
        ChannelPublish publish;
        try {
            publish = toPublish(message);
        } catch (RuntimeException e) {
            message.nack(e);
            return;
        }
        // The emitter calls this on the thread of the request, so the messages of one request keep their order.
        sessions.offer(publish, Vertx.currentContext());
    }

    @Override
    public void onError(Throwable failure) {
        LOG.error("The outgoing channel has failed", failure);
    }

    @Override
    public void onComplete() {
        LOG.debug("The outgoing channel is complete");
    }

    private ChannelPublish toPublish(Message<?> message) {
        SendingMqttMessageMetadata metadata =
                message.getMetadata(SendingMqttMessageMetadata.class).orElse(null);
        boolean hasTopic = metadata != null && metadata.getTopic() != null;
        boolean hasQos = metadata != null && metadata.getQosLevel() != null;
        String to = hasTopic ? metadata.getTopic() : topic;
        if (to == null) {
            throw new IllegalArgumentException("the message has no topic, and its channel has none either");
        }
        return new ChannelPublish(
                message,
                sessions,
                metrics,
                TopicFilter.requireTopicName(to),
                toBytes(message.getPayload()),
                hasQos ? metadata.getQosLevel() : qos,
                metadata != null && metadata.isRetain(),
                message.getMetadata().get(PublishExtras.class).orElse(PublishExtras.NONE),
                timeoutNanos);
    }

    /** Converts a payload as the stock connector does. */
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
