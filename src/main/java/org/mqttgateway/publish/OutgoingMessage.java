package org.mqttgateway.publish;

import io.smallrye.reactive.messaging.mqtt.SendingMqttMessageMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.mqttgateway.connector.message.BrokerAnswer;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.publish.parse.PublishRequest;

/**
 * A publish on its way through the channel. Its ack or nack completes the answer to the HTTP request, on any thread: Quarkus REST itself
 * returns to the context of the request.
 */
final class OutgoingMessage implements Message<byte[]> {

    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final byte[] payload;
    private final Metadata metadata;
    private final PublishRequest request;
    private final Shares.Place place;
    private final CompletableFuture<PublishResult> answer;

    /** @param place given back when the message has its outcome */
    OutgoingMessage(PublishRequest request, Shares.Place place, CompletableFuture<PublishResult> answer) {
        this.request = request;
        this.place = place;
        this.payload = request.payload();
        SendingMqttMessageMetadata sending =
                new SendingMqttMessageMetadata(request.topic(), request.qos(), request.retain());
        this.metadata = request.properties() == null
                ? Metadata.of(sending)
                : Metadata.of(sending, request.properties().extras());
        this.answer = answer;
    }

    @Override
    public byte[] getPayload() {
        return payload;
    }

    @Override
    public Metadata getMetadata() {
        return metadata;
    }

    /** Ignores further metadata. The emitter adds only metadata that would move the message to one more context. */
    @Override
    public Message<byte[]> addMetadata(Object more) {
        return this;
    }

    @Override
    public Function<Metadata, CompletionStage<Void>> getAckWithMetadata() {
        return said -> {
            place.giveBack();
            answer.complete(
                    said.get(BrokerAnswer.class).isEmpty()
                            ? PublishResult.SUCCESS
                            : PublishResult.NO_MATCHING_SUBSCRIBERS);
            return DONE;
        };
    }

    @Override
    public BiFunction<Throwable, Metadata, CompletionStage<Void>> getNackWithMetadata() {
        return (reason, m) -> {
            place.giveBack();
            answer.completeExceptionally(Publisher.toProblem(reason, request));
            return DONE;
        };
    }
}
