package org.mqttgateway.webhook;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.connector.ConfirmedMqttConnector;
import org.mqttgateway.connector.IncomingChannel;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * The channels of one webhook: one for each of its filters, so that it knows for which of them a broker has sent a message. A message that several filters match comes on the channel of
 * each of them, and is posted once: as it comes on the first of those channels, so that the messages of one topic keep their order. A filter is subscribed when the broker has answered the
 * one before it; one that is refused counts for none.
 */
final class Channels {

    private record Channel(TopicFilter filter, IncomingChannel incoming, Source source) {}

    private final Context context;
    private final Deliveries deliveries;
    private final List<Channel> channels = new ArrayList<>();
    private int opened;

    /**
     * @param name of the first channel
     * @param filters at least one
     * @param ids makes the ids of a channel, by the suffix of its name
     */
    Channels(
            ConfirmedMqttConnector connector,
            String name,
            List<TopicFilter> filters,
            Context context,
            Function<String, MessageIds> ids,
            Deliveries deliveries) {
        this.context = context;
        this.deliveries = deliveries;
        for (int i = 0; i < filters.size(); i++) {
            int number = i;
            String suffix = i == 0 ? "" : "." + (i + 1);
            IncomingChannel incoming = connector.incoming(
                    name + suffix, filters.get(i), () -> context.runOnContext(v -> answered(number)));
            channels.add(new Channel(filters.get(i), incoming, new Source(ids.apply(suffix))));
        }
    }

    /** Subscribes the first filter. */
    void open() {
        context.runOnContext(v -> openNext());
    }

    private void answered(int number) {
        if (number == opened - 1) {
            openNext();
        }
    }

    private void openNext() {
        if (opened < channels.size()) {
            int number = opened++;
            channels.get(number)
                    .incoming()
                    .messages()
                    .onItem()
                    .transformToUniAndConcatenate(
                            message -> Uni.createFrom().completionStage(() -> arrived(number, message)))
                    .subscribe()
                    .with(ignored -> {});
        }
    }

    /** The result completes when there is room for the next message. */
    private CompletionStage<Void> arrived(int number, Message<byte[]> message) {
        ReceivingMqttMessageMetadata metadata =
                message.getMetadata(ReceivingMqttMessageMetadata.class).orElseThrow();
        if (comesElsewhere(number, metadata.getTopic())) {
            return message.ack();
        }
        return deliveries.accept(channels.get(number).source(), message, metadata);
    }

    private boolean comesElsewhere(int number, String topic) {
        for (Channel earlier : channels.subList(0, number)) {
            // Of a shared subscription another member of its group may get the message.
            if (earlier.filter().matches(topic)
                    && !earlier.filter().isShared()
                    && !earlier.incoming().isRefused()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a file of ids cannot be used any more. May be called from any thread. */
    boolean isFileLost() {
        return channels.stream().anyMatch(channel -> channel.source().isFileLost());
    }

    /** The messages that are held now will not be delivered. May be called from any thread. */
    void consumerEnded() {
        channels.forEach(channel -> channel.incoming().consumerEnded());
    }
}
