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

    /**
     * Takes the next bytes. There must be some. Each piece is as large as it may be: a listener whose socket takes nothing after a small one would seem to
     * have the whole of a large message before it.
     */
    Buffer next() {
        Buffer piece = parts.poll();
        if (piece.length() > MAX_BYTES) {
            parts.push(piece.slice(MAX_BYTES, piece.length()));
            piece = piece.slice(0, MAX_BYTES);
        } else if (piece.length() < MAX_BYTES && !parts.isEmpty()) {
            piece = Buffer.buffer((int) Math.min(length, MAX_BYTES)).appendBuffer(piece);
            while (piece.length() < MAX_BYTES && !parts.isEmpty()) {
                append(piece, parts.poll());
            }
        }
        length -= piece.length();
        return piece;
    }

    private void append(Buffer piece, Buffer part) {
        int room = Math.min(part.length(), MAX_BYTES - piece.length());
        piece.appendBuffer(part, 0, room);
        if (room < part.length()) {
            parts.push(part.slice(room, part.length()));
        }
    }
}
