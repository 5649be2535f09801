package org.mqttgateway.feed;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last messages of one source, numbered from 1 and held once for all listeners. A listener is a position in it: one that is slow falls
 * behind what is held, is told how many messages it missed, and costs nobody anything.
 *
 * <p>Ids are {@code EPOCH-NUMBER}. The epoch is random for each feed, so the id of another process, or of a feed that was closed since, is
 * known as such.
 */
final class Feed {

    /** Bytes of all messages that one feed holds. */
    static final long MAX_BYTES = 8 << 20;

    private static final Pattern ID = Pattern.compile("([0-9a-z]{1,13})-(\\d{1,18})");

    private final Vertx vertx;
    private final String epoch = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
    private final int replay;
    private final Map<Context, FeedLoop> loops = new ConcurrentHashMap<>();

    /** A ring: the message with the number n is at n modulo the length. */
    private final FeedEvent[] events;

    private long oldest = 1;
    private long next = 1;
    private long bytes;

    /**
     * Messages that follow each other.
     *
     * @param first number of the first of {@code items}, or of the next message to come if there is none
     * @param items each as JSON
     */
    record Slice(long first, List<Buffer> items) {

        /** The position behind it. */
        long end() {
            return first + items.size();
        }
    }

    /**
     * @param replay how many messages a new listener gets first
     * @param capacity how many messages are held for those who are slow or come back
     */
    Feed(Vertx vertx, int replay, int capacity) {
        this.vertx = vertx;
        this.replay = replay;
        this.events = new FeedEvent[Math.max(replay, capacity)];
    }

    /** Takes a message and wakes the event loops that have listeners; it waits for none of them. Called by one thread at a time. */
    void accept(String topic, byte[] payload, int qos, boolean retain, MqttProperties properties) {
        FeedEvent event = new FeedEvent(topic, payload, qos, retain, properties);
        if (!loops.isEmpty()) {
            // Here, where no event loop waits for it. Without listeners it would cost the consumer for nothing.
            event.json();
        }
        add(event);
        loops.values().forEach(FeedLoop::wake);
    }

    private synchronized void add(FeedEvent event) {
        if (next - oldest == events.length) {
            dropOldest();
        }
        events[index(next++)] = event;
        bytes += event.size();
        dropBeyondMaxBytes();
    }

    private void dropBeyondMaxBytes() {
        while (bytes > MAX_BYTES && next - oldest > 1) {
            dropOldest();
        }
    }

    private void dropOldest() {
        int index = index(oldest++);
        bytes -= events[index].size();
        events[index] = null;
    }

    private int index(long number) {
        return (int) (number % events.length);
    }

    /**
     * The messages at a position and behind it, as far as they are held: some of those asked for may be gone.
     *
     * @param maxCount how many at the most
     * @param maxBytes how many bytes at the most, but for one message that is larger
     */
    synchronized Slice read(long position, int maxCount, int maxBytes) {
        long first = Math.max(position, oldest);
        List<Buffer> items = new ArrayList<>();
        int size = 0;
        for (long number = first; number < next && items.size() < maxCount; number++) {
            Buffer json = json(events[index(number)]);
            size += json.length();
            if (size > maxBytes && !items.isEmpty()) {
                break;
            }
            items.add(json);
        }
        dropBeyondMaxBytes();
        return new Slice(first, items);
    }

    /** Encoding changes what is held. */
    private Buffer json(FeedEvent event) {
        bytes -= event.size();
        Buffer json = event.json();
        bytes += event.size();
        return json;
    }

    /** Whether the message with this number is no longer held. */
    synchronized boolean isDropped(long number) {
        return number < oldest;
    }

    /** Where a listener begins that has nothing yet. */
    synchronized long replayPosition() {
        return Math.max(oldest, next - replay);
    }

    /** Where a listener goes on whose last message had this id; with an id that is not of this feed, at the first message that is held. */
    synchronized long positionAfter(String id) {
        Matcher parts = ID.matcher(id);
        if (parts.matches() && parts.group(1).equals(epoch)) {
            long position = Long.parseLong(parts.group(2)) + 1;
            if (position <= next) {
                return position;
            }
        }
        return oldest;
    }

    /** Whether {@code text} has the form of an id, of this feed or another. */
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    String id(long number) {
        return epoch + "-" + number;
    }

    /** The listeners on the event loop that runs this. */
    FeedLoop loop() {
        return loops.computeIfAbsent(
                VertxContext.getRootContext(vertx.getOrCreateContext()),
                context -> new FeedLoop(this, vertx, context, () -> loops.remove(context)));
    }

    /** Ends all listeners; from any thread. */
    void end() {
        loops.values().forEach(FeedLoop::end);
    }
}
