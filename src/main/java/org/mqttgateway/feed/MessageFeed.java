package org.mqttgateway.feed;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Passes messages on to the clients that listen, and keeps the last ones for those that come later. */
public final class MessageFeed {

    private static final long MAX_REPLAY_BYTES = 4 << 20;

    private final int replay;
    private final Deque<FeedMessage> last = new ArrayDeque<>();
    private final List<FeedListener> listeners = new ArrayList<>();
    private long lastBytes;
    private long count;

    /** @param replay how many messages a new client gets first */
    MessageFeed(int replay) {
        this.replay = replay;
    }

    /** Takes a message; does no more than to put it into the buffers, so that a client never holds up the consumer. */
    public synchronized void accept(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        FeedMessage message = new FeedMessage(++count, payload, metadata);
        last.add(message);
        lastBytes += message.size();
        while (last.size() > replay || (lastBytes > MAX_REPLAY_BYTES && !last.isEmpty())) {
            lastBytes -= last.poll().size();
        }
        for (FeedListener listener : listeners) {
            listener.offer(message);
        }
    }

    /** Adds a client, which first gets the kept messages that came after {@code lastEventId}; an id from before a restart means all of them. */
    synchronized void add(FeedListener listener, long lastEventId) {
        long after = lastEventId > count ? 0 : lastEventId;
        for (FeedMessage message : last) {
            if (message.id() > after) {
                listener.offer(message);
            }
        }
        listeners.add(listener);
    }

    synchronized void remove(FeedListener listener) {
        listeners.remove(listener);
    }
}
