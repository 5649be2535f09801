package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small parts together, large ones in pieces, and all of it once and in order. */
class PiecesTest {

    private final Pieces pieces = new Pieces();

    private List<Integer> lengths() {
        List<Integer> lengths = new ArrayList<>();
        while (!pieces.isEmpty()) {
            lengths.add(pieces.next().length());
        }
        assertEquals(0, pieces.length());
        return lengths;
    }

    private static Buffer bytes(int length) {
        return Buffer.buffer(new byte[length]);
    }

    @Test
    void smallPartsLeaveTogether() {
        pieces.add("a").add("").add(Buffer.buffer("bc")).add("d");
        assertEquals(4, pieces.length());
        assertEquals("abcd", pieces.next().toString());
        assertTrue(pieces.isEmpty());
    }

    @Test
    void onePartIsNotCopied() {
        Buffer part = bytes(Pieces.MAX_BYTES);
        pieces.add(part);
        assertSame(part, pieces.next());
    }

    @Test
    void noPieceIsLargerThanASocketMayHold() {
        pieces.add(bytes(Pieces.MAX_BYTES - 1)).add(bytes(1)).add(bytes(1));
        assertEquals(List.of(Pieces.MAX_BYTES, 1), lengths());
        pieces.add(bytes(10)).add(bytes(3 * Pieces.MAX_BYTES + 5)).add(bytes(10));
        assertEquals(List.of(Pieces.MAX_BYTES, Pieces.MAX_BYTES, Pieces.MAX_BYTES, 25), lengths());
    }
}
