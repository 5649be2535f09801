package org.mqttgateway.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is counted for callers is what is held for them, and no more than there is room for. */
class HeldBytesTest {

    private final HeldBytes held = new HeldBytes(100);

    @Test
    void allTogetherAreBounded() {
        HeldBytes.Share one = held.share();
        HeldBytes.Share other = held.share();
        assertTrue(one.trySet(60));
        assertFalse(other.trySet(41));
        assertTrue(other.trySet(40));
        assertEquals(100, held.held());
        one.end();
        assertEquals(40, held.held());
        assertTrue(other.trySet(100));
    }

    @Test
    void aShareGrowsAndShrinks() {
        HeldBytes.Share share = held.share();
        assertTrue(share.trySet(90));
        assertTrue(share.trySet(30));
        assertEquals(30, held.held());
        assertTrue(share.trySet(100));
        HeldBytes.Share other = held.share();
        assertFalse(other.trySet(1));
        share.end();
        share.end();
        assertEquals(0, held.held());
    }

    @Test
    void aSingleOneMayHaveAnySize() {
        HeldBytes.Share share = held.share();
        assertTrue(share.trySet(30));
        assertTrue(share.trySet(1_000));
        assertFalse(held.share().trySet(1));
        share.end();
        assertTrue(held.share().trySet(1_000));
    }

    @Test
    void nothingIsHeldForWhoHasGone() {
        HeldBytes.Share share = held.share();
        share.end();
        assertFalse(share.trySet(1));
        assertEquals(0, held.held());
    }
}
