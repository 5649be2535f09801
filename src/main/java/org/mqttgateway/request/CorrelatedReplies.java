package org.mqttgateway.request;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Replies by the request/response of MQTT 5 (section 4.10). Each request gets a response topic of its own, all of them below one
 * subscription, and correlation data that nobody can guess. Used on the event loop of the {@link ReplySession}, but for {@link #next}.
 */
@ApplicationScoped
class CorrelatedReplies {

    private static final int CORRELATION_BYTES = 16;
    private static final int INSTANCE_BYTES = 6;

    private record Waiting(PendingRequest pending, byte[] correlation) {}

    private final SecureRandom random = new SecureRandom();
    private final ReplySession session;
    private final String prefix;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Waiting> byTopic = new HashMap<>();
    private ReplySubscription subscription;

    CorrelatedReplies(ReplySession session, GatewaySettings settings) {
        this.session = session;
        this.prefix = settings.request().replyPrefix() + "/" + HexFormat.of().formatHex(random(INSTANCE_BYTES)) + "/";
        session.add(this::received);
    }

    private byte[] random(int bytes) {
        byte[] data = new byte[bytes];
        random.nextBytes(data);
        return data;
    }

    /** The response topic and the correlation data of a request. */
    record ReplyAddress(String topic, byte[] correlation) {}

    /** For the next request. May be called from any thread. */
    ReplyAddress next() {
        // Hexadecimal text, so that a shell script can send it back.
        String correlation = HexFormat.of().formatHex(random(CORRELATION_BYTES));
        return new ReplyAddress(prefix + numbers.incrementAndGet(), correlation.getBytes(StandardCharsets.US_ASCII));
    }

    void begin(PendingRequest pending, ReplyAddress reply) {
        byTopic.put(reply.topic(), new Waiting(pending, reply.correlation()));
        pending.await(subscription());
    }

    void end(PendingRequest pending, ReplyAddress reply) {
        byTopic.remove(reply.topic());
        if (subscription != null) {
            subscription.forget(pending);
        }
    }

    private ReplySubscription subscription() {
        // The broker may have other access rules by now.
        if (subscription == null || subscription.isRefused()) {
            subscription = session.subscribe(new TopicFilter(prefix + "#"));
        }
        return subscription;
    }

    private void received(IncomingPublish message) {
        Waiting waiting = byTopic.get(message.topic());
        // Anybody who subscribes all topics can see the response topic, but only a receiver of the request knows its
        // correlation data.
        if (waiting != null && MessageDigest.isEqual(waiting.correlation(), correlation(message))) {
            waiting.pending().replied(message);
        }
    }

    private static byte[] correlation(IncomingPublish message) {
        MqttProperties.MqttProperty<?> property =
                message.properties().getProperty(MqttPropertyType.CORRELATION_DATA.value());
        return property == null ? new byte[0] : (byte[]) property.value();
    }
}
