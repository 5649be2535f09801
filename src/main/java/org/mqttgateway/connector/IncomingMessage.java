package org.mqttgateway.connector;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jboss.logging.Logger;
import org.mqttgateway.mqtt.LogText;

/** A message from the broker; acking it is what makes the broker get its acknowledgement. */
final class IncomingMessage implements Message<byte[]> {

    private static final Logger LOG = Logger.getLogger(IncomingMessage.class);
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final MqttPublishMessage message;
    private final byte[] payload;
    private final Inbox inbox;
    private final int epoch;
    private final Metadata metadata;

    IncomingMessage(MqttPublishMessage message, Inbox inbox, int epoch) {
        this.message = message;
        this.payload = message.payload().getBytes();
        this.inbox = inbox;
        this.epoch = epoch;
        this.metadata = Metadata.of(new ReceivingMqttMessageMetadata(
                io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(message)));
    }

    MqttPublishMessage received() {
        return message;
    }

    /** The connection on which it came; on a later one its packet id may mean another message. */
    int epoch() {
        return epoch;
    }

    @Override
    public byte[] getPayload() {
        return payload;
    }

    @Override
    public Metadata getMetadata() {
        return metadata;
    }

    @Override
    public Function<Metadata, CompletionStage<Void>> getAckWithMetadata() {
        return m -> {
            inbox.consumed(this);
            return DONE;
        };
    }

    @Override
    public BiFunction<Throwable, Metadata, CompletionStage<Void>> getNackWithMetadata() {
        return (reason, m) -> {
            LOG.errorf(
                    reason,
                    "A message on %s was not consumed; the broker keeps it",
                    LogText.escape(message.topicName()));
            inbox.refused(this);
            return DONE;
        };
    }
}
