package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is counted is what is held, and no more than there is room for. */
class HeldTest {

    private final Held held = new Held(3, 100);

    @Test
    void endsAtTheNumber() {
        for (int i = 0; i < 3; i++) {
            assertFalse(held.isCrowded());
            assertTrue(held.tryAdd(1));
        }
        assertTrue(held.isCrowded());
        assertFalse(held.tryAdd(0));
        assertFalse(held.share().trySet(1));
        assertEquals(3, held.number(), "what was refused is not held");
        assertEquals(3, held.bytes());
        held.remove(1);
        assertTrue(held.tryAdd(1));
    }

    @Test
    void endsAtTheBytes() {
        assertTrue(held.tryAdd(60));
        assertFalse(held.tryAdd(41));
        assertTrue(held.tryAdd(40), "what was refused takes no room");
        held.remove(60);
        assertTrue(held.tryAdd(60));
    }

    @Test
    void oneOfAnyWeightHasRoom() {
        assertTrue(held.tryAdd(1_000));
        assertFalse(held.tryAdd(1));
        assertFalse(held.share().trySet(1));
        held.remove(1_000);
        assertTrue(held.share().trySet(1_000));
    }

    @Test
    void whatHasALimitOfItsOwnIsNeverHeldBeyondIt() {
        assertFalse(held.tryAddWithin(50, 51));
        assertTrue(held.tryAddWithin(50, 50));
        assertFalse(held.tryAddWithin(50, 1));
        assertTrue(held.tryAddWithin(120, 70), "the limit of all does not count then");
        Held.Share share = held.share();
        assertFalse(share.trySetWithin(130, 11));
        assertTrue(share.trySetWithin(130, 10));
        assertTrue(share.trySetWithin(50, 5), "less has room always");
        assertFalse(share.trySetWithin(50, 6));
        assertEquals(125, held.bytes());
        share.end();
        assertEquals(120, held.bytes());
    }

    @Test
    void whatIsThereAlreadyIsCountedInAnyCase() {
        held.add(99);
        assertFalse(held.isFull());
        held.add(1);
        assertTrue(held.isFull());
        held.add(100);
        held.add(100);
        assertEquals(300, held.bytes());
        assertEquals(4, held.number());
    }

    @Test
    void thereIsRoomAgainWhenHalfIsFree() {
        held.add(50);
        held.add(50);
        assertTrue(held.isFull());
        held.add(1);
        held.remove(50);
        assertFalse(held.isFull());
        assertFalse(held.hasRoomAgain());
        held.remove(1);
        assertTrue(held.hasRoomAgain());
        held.limitTo(99);
        assertFalse(held.hasRoomAgain());
        assertFalse(held.tryAdd(50));
    }

    @Test
    void aShareGrowsAndShrinks() {
        Held.Share one = held.share();
        Held.Share other = held.share();
        assertTrue(one.trySet(60));
        assertFalse(other.trySet(41));
        assertTrue(other.trySet(40));
        assertFalse(other.trySet(41));
        assertTrue(other.trySet(10));
        assertEquals(70, held.bytes());
        assertEquals(2, held.number());
        one.end();
        one.end();
        assertEquals(10, held.bytes());
        assertTrue(other.trySet(1_000), "nothing else is held");
        assertTrue(other.trySet(500), "less has room always");
        other.end();
        assertEquals(0, held.bytes());
        assertEquals(0, held.number());
    }

    @Test
    void nothingIsHeldForWhoHasGone() {
        Held.Share share = held.share();
        share.end();
        assertFalse(share.trySet(1));
        assertEquals(0, held.bytes());
    }
}
