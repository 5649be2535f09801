package org.mqttgateway.webhook.post;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.http.PropertiesJson;

/**
 * A message on its way to the endpoint. The body of the request is made for each attempt, so that a waiting message is held in memory only
 * once.
 */
public final class Delivery {

    /** What is to be done for it now. */
    public enum Step {
        /** It is posted to the endpoint. */
        POST,
        /** The answer of the endpoint is published to its sender. */
        REPLY,
        /** It is published to the dead letter topic. */
        DEAD_LETTER
    }

    private final String id;
    private final ReceivingMqttMessageMetadata metadata;
    private final byte[] payload;
    private final Instant receivedAt;
    private final List<Taken> messages = new ArrayList<>(1);
    private Step step = Step.POST;
    private Reply reply;
    private Answer refusal;
    private int attempts;
    private int bodyLength;
    private int failures;
    private boolean ended;

    /**
     * A message of the channel that has a place in the {@code Room}.
     *
     * @param weight what it is counted for there
     */
    public record Taken(Message<byte[]> message, int weight) {}

    /** A message that is to be posted with this id; {@code receivedAt} is when it came. */
    public Delivery(String id, Taken first, ReceivingMqttMessageMetadata metadata, Instant receivedAt) {
        this.id = id;
        this.metadata = metadata;
        this.payload = first.message().getPayload();
        this.receivedAt = receivedAt;
        messages.add(first);
    }

    /** The {@code webhook-id} of Standard Webhooks, the same in all attempts. */
    public String id() {
        return id;
    }

    /** The Topic Name of the message. */
    public String topic() {
        return metadata.getTopic();
    }

    /** The payload itself, not a copy; must not be changed. */
    public byte[] payload() {
        return payload;
    }

    /** What the message counts for while it waits, in bytes of memory. */
    public int weight() {
        return messages.get(0).weight();
    }

    /** Where its sender waits for a reply (MQTT 5 section 3.3.2.3.5); null if he does not. */
    public String responseTopic() {
        MqttProperties.MqttProperty<?> topic =
                PropertiesJson.of(metadata).getProperty(MqttPropertyType.RESPONSE_TOPIC.value());
        return topic == null ? null : (String) topic.value();
    }

    /** What is to be done for it now. */
    public Step step() {
        return step;
    }

    /** The endpoint has taken it, and this is for its sender. */
    public void replies(Reply with) {
        step = Step.REPLY;
        reply = with;
        failures = 0;
    }

    /** What is for its sender. */
    public Reply reply() {
        return reply;
    }

    /** The bytes that are held of it. */
    public int replyBytes() {
        return reply == null ? 0 : reply.body().length;
    }

    /** The endpoint has not taken it, and this was its last answer. */
    public void dies(Answer of, int after) {
        step = Step.DEAD_LETTER;
        refusal = of;
        attempts = after;
        failures = 0;
    }

    /** The last answer of the endpoint to a message that it has not taken. */
    public Answer refusal() {
        return refusal;
    }

    /** How many requests were made for such a message. */
    public int attempts() {
        return attempts;
    }

    /** Topic, QoS and flags of the message. */
    public ReceivingMqttMessageMetadata metadata() {
        return metadata;
    }

    /** When it came. */
    Instant receivedAt() {
        return receivedAt;
    }

    /** A request with so many bytes is sent for it. */
    public void sends(int bodyBytes) {
        bodyLength = bodyBytes;
    }

    /** The bytes of the body of its last request. */
    public int bodyLength() {
        return bodyLength;
    }

    /** Adds a copy of the message that the broker has sent again on another connection. It must be acked too. */
    public void also(Taken copy) {
        messages.add(copy);
    }

    /** Counts a failed attempt; returns how many have failed by now. */
    public int failed() {
        return ++failures;
    }

    /** How many attempts have failed. */
    public int failures() {
        return failures;
    }

    /** Whether its outcome is known: then nothing more is done for it. */
    public boolean hasEnded() {
        return ended;
    }

    /** Ends the delivery, whatever its outcome is. Returns the messages that must be acked. */
    public List<Taken> end() {
        ended = true;
        return messages;
    }
}
