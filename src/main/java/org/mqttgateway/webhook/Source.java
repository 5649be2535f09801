package org.mqttgateway.webhook;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.util.ArrayDeque;
import java.util.Deque;
import org.mqttgateway.webhook.post.Delivery;

/** The messages of one session: their ids, and the order in which they came. Used on the context of the {@link Deliveries}. */
final class Source {

    private final MessageIds ids;
    private final Deque<Delivery> arrived = new ArrayDeque<>();

    Source(MessageIds ids) {
        this.ids = ids;
    }

    /** As {@link MessageIds#isFileLost}. */
    boolean isFileLost() {
        return ids.isFileLost();
    }

    /** The id of a message that has just arrived. */
    String idOf(ReceivingMqttMessageMetadata metadata, byte[] payload) {
        return ids.of(metadata, payload);
    }

    void add(Delivery delivery) {
        arrived.add(delivery);
    }

    /** A delivery has ended. Acknowledgements leave in the order in which the messages came (MQTT 5 section 4.6), so that of a message only after those of all earlier ones. */
    void ended() {
        while (!arrived.isEmpty() && arrived.peek().hasEnded()) {
            ids.acknowledged(arrived.poll());
        }
    }
}
