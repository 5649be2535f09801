package org.mqttgateway.feed;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bytes on their way to one listener, in pieces of which a socket holds only one at a time. Parts are not copied until their turn comes: the JSON of a
 * message is the feed's, for all who listen. Not thread-safe.
 */
final class Pieces {

    /**
     * Bytes of one write: so many that the cost of the write itself does not matter, and so few that they can be held for each listener.
     */
    static final int MAX_BYTES = 64 << 10;

    private final Deque<Buffer> parts = new ArrayDeque<>();
    private long length;

    Pieces add(Buffer part) {
        if (part.length() > 0) {
            parts.add(part);
            length += part.length();
        }
        return this;
    }

    Pieces add(String part) {
        return add(Buffer.buffer(part));
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** How many bytes are left. */
    long length() {
        return length;
    }

    /** Takes the next bytes. There must be some. */
    Buffer next() {
        Buffer first = parts.poll();
        Buffer piece = first;
        if (first.length() > MAX_BYTES) {
            piece = first.slice(0, MAX_BYTES);
            parts.push(first.slice(MAX_BYTES, first.length()));
        } else if (fits(first.length())) {
            piece = Buffer.buffer((int) Math.min(length, MAX_BYTES)).appendBuffer(first);
            while (fits(piece.length())) {
                piece.appendBuffer(parts.poll());
            }
        }
        length -= piece.length();
        return piece;
    }

    private boolean fits(int before) {
        return !parts.isEmpty() && before + parts.peek().length() <= MAX_BYTES;
    }
}
