package org.mqttgateway.consume;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.mqttgateway.feed.Feeds;

/** Consumes the channel {@code messages}: each message is logged and passed on to the live feed. */
@ApplicationScoped
public class MessageConsumer {

    private final MessageLog log;
    private final Feeds feeds;

    MessageConsumer(MessageLog log, Feeds feeds) {
        this.log = log;
        this.feeds = feeds;
    }

    /**
     * Consumes one message. When this method returns, the message is acknowledged to the broker. The method may block, because the
     * connector emits on a worker thread; {@code NonBlocking} only keeps SmallRye from moving each message to another thread.
     */
    @Incoming("messages")
    @NonBlocking
    void consume(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        log.write(metadata.getTopic(), payload);
        feeds.consumed(payload, metadata);
    }
}
