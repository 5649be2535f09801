package org.mqttgateway.feed;

import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The latest messages of one source, numbered from 1 and held once for all listeners. A listener needs only its position in the feed. If a
 * slow listener falls behind the oldest message that is held, it is told how many messages it has missed; no other listener notices.
 *
 * <p>Ids are {@code EPOCH-NUMBER}. The epoch is random for each feed, so the id of another process or of a feed that has been closed is
 * recognized.
 */
final class Feed {

    /** Most bytes of the messages that one feed holds. */
    private static final long MAX_BYTES = 8 << 20;

    /** Bytes of a reference to a message that another feed holds: its place in the ring, of which half may be empty. */
    private static final int REFERENCE_BYTES = 8;

    private static final int FIRST_LENGTH = 64;

    private static final Pattern ID = Pattern.compile("([0-9a-z]{1,13})-(\\d{1,18})");

    private final Vertx vertx;
    private final String epoch = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
    private final int replay;
    private final Map<Context, FeedLoop> loops = new ConcurrentHashMap<>();

    private final int capacity;

    /** Whether the feeds of filters hold the messages, and this one only refers to them. */
    private final boolean references;

    /** A ring: message n is at the index n modulo the length. It grows up to the capacity. */
    private FeedEvent[] events;

    private long oldest = 1;
    private long next = 1;
    private long bytes;
    private long maxBytes = MAX_BYTES;

    /**
     * Consecutive messages of a feed.
     *
     * @param first number of the first of {@code items}; if there are none, the number of the next message to come
     * @param items the messages, each as JSON
     */
    record Slice(long first, List<Buffer> items) {

        /** The position after the last of these messages. */
        long end() {
            return first + items.size();
        }
    }

    /**
     * @param replay how many past messages a new listener gets first
     * @param capacity how many messages are held for listeners that are slow or come back
     */
    Feed(Vertx vertx, int replay, int capacity) {
        this(vertx, replay, capacity, false);
    }

    /** A feed of messages that other feeds hold: what they drop is dropped here too. */
    static Feed ofReferences(Vertx vertx, int replay, int capacity) {
        return new Feed(vertx, replay, capacity, true);
    }

    private Feed(Vertx vertx, int replay, int capacity, boolean references) {
        this.vertx = vertx;
        this.replay = replay;
        this.capacity = Math.max(replay, capacity);
        this.references = references;
        this.events = new FeedEvent[Math.min(this.capacity, FIRST_LENGTH)];
    }

    /** Changes how many bytes of messages the feed may hold: 8 MiB, or less. The newest message is held in any case. */
    synchronized void limitTo(long most) {
        maxBytes = Math.min(MAX_BYTES, most);
        dropBeyondMaxBytes();
    }

    /** Adds a message and wakes the event loops that have listeners, without waiting for them. Called by one thread at a time. */
    void accept(FeedEvent event) {
        if (!loops.isEmpty()) {
            // Encode the message on this thread, so that no event loop has to. Without listeners nobody may ever need
            // the JSON.
            event.json();
        }
        add(event);
        loops.values().forEach(FeedLoop::wake);
    }

    private synchronized void add(FeedEvent event) {
        if (next - oldest == capacity) {
            dropOldest();
        } else if (next - oldest == events.length) {
            grow();
        }
        events[index(next++)] = event;
        bytes += weight(event);
        dropBeyondMaxBytes();
    }

    private void grow() {
        FeedEvent[] more = new FeedEvent[Math.min(capacity, 2 * events.length)];
        for (long number = oldest; number < next; number++) {
            more[(int) (number % more.length)] = events[index(number)];
        }
        events = more;
    }

    private int weight(FeedEvent event) {
        return references ? REFERENCE_BYTES : event.weight();
    }

    private void dropBeyondMaxBytes() {
        while (next - oldest > 1 && (bytes > maxBytes || events[index(oldest)].isDropped())) {
            dropOldest();
        }
    }

    private void dropOldest() {
        int index = index(oldest++);
        FeedEvent event = events[index];
        bytes -= weight(event);
        events[index] = null;
        if (!references) {
            event.drop();
        }
    }

    private int index(long number) {
        return (int) (number % events.length);
    }

    /**
     * The messages from a position on, as far as they are still held. The first one may have a higher number than {@code position}, if
     * older ones have been dropped.
     *
     * @param maxCount most messages to return
     * @param maxBytes most bytes to return; a single message may be larger
     */
    synchronized Slice read(long position, int maxCount, int maxBytes) {
        long first = Math.max(position, oldest);
        List<Buffer> items = new ArrayList<>();
        int size = 0;
        for (long number = first; number < next && items.size() < maxCount; number++) {
            Buffer json = json(events[index(number)]);
            if (json == null) {
                if (items.isEmpty()) {
                    first = number + 1;
                    continue;
                }
                break;
            }
            size += json.length();
            if (size > maxBytes && !items.isEmpty()) {
                break;
            }
            items.add(json);
        }
        dropBeyondMaxBytes();
        return new Slice(first, items);
    }

    /** The JSON of a message; null if the feed that held it has dropped it. To encode it changes how many bytes are held, so they are counted again. */
    private Buffer json(FeedEvent event) {
        bytes -= weight(event);
        Buffer json = event.json();
        bytes += weight(event);
        return json;
    }

    /** The newest messages, at most so many, in their order. */
    synchronized List<FeedEvent> latest(int most) {
        List<FeedEvent> latest = new ArrayList<>();
        for (long number = Math.max(oldest, next - most); number < next; number++) {
            latest.add(events[index(number)]);
        }
        return latest;
    }

    /** Whether the message with this number is no longer held. */
    synchronized boolean isDropped(long number) {
        return number < oldest || number < next && events[index(number)].isDropped();
    }

    /** The position at which a new listener begins. */
    synchronized long replayPosition() {
        return Math.max(oldest, next - replay);
    }

    /**
     * The position at which a listener goes on that has the message with this id. If the id is not of this feed, it is the oldest message
     * that is held.
     */
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

    /** The position of the first message that is held and was received at this time or later; without one, that of the next to come. */
    synchronized long positionSince(Instant time) {
        long number = oldest;
        // One by one, because a clock may have been set back meanwhile.
        while (number < next && events[index(number)].receivedAt().isBefore(time)) {
            number++;
        }
        return number;
    }

    /** Whether {@code text} has the form of an id, of any feed. */
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
