package org.mqttgateway.connector;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jboss.logging.Logger;
import org.mqttgateway.base.LogText;
import org.mqttgateway.connector.message.ReceivedMessage;
import org.mqttgateway.mqtt.receive.IncomingPublish;

/** A message from the broker. To ack it sends the acknowledgement (PUBACK or PUBREC) to the broker. */
final class IncomingMessage implements Message<byte[]> {

    private static final Logger LOG = Logger.getLogger(IncomingMessage.class);
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final IncomingPublish publish;
    private final BrokerMetrics metrics;
    private final Metadata metadata;

    IncomingMessage(IncomingPublish publish, BrokerMetrics metrics) {
        this.publish = publish;
        this.metrics = metrics;
        // The metadata type of the stock connector, so that a consumer works with both connectors.
        this.metadata = Metadata.of(new ReceivingMqttMessageMetadata(
                io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(new ReceivedMessage(publish))));
    }

    @Override
    public byte[] getPayload() {
        return publish.payload();
    }

    @Override
    public Metadata getMetadata() {
        return metadata;
    }

    @Override
    public Function<Metadata, CompletionStage<Void>> getAckWithMetadata() {
        return m -> {
            metrics.consumed(publish.qos());
            publish.consumed();
            return DONE;
        };
    }

    @Override
    public BiFunction<Throwable, Metadata, CompletionStage<Void>> getNackWithMetadata() {
        return (reason, m) -> {
            LOG.errorf(
                    reason, "A message on %s was not consumed; the broker keeps it", LogText.escape(publish.topic()));
            publish.refused();
            return DONE;
        };
    }
}
