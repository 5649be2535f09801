package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is held, and what has no room any more. */
class CapacityTest {

    @Test
    void endsAtTheNumber() {
        Capacity capacity = new Capacity(2, 100);
        assertTrue(capacity.tryAdd(1));
        assertTrue(capacity.tryAdd(1));
        assertFalse(capacity.tryAdd(1));
        assertEquals(2, capacity.held(), "what was refused is not held");
        capacity.remove(1);
        assertEquals(1, capacity.held());
        assertTrue(capacity.tryAdd(1));
    }

    @Test
    void endsAtTheBytes() {
        Capacity capacity = new Capacity(10, 100);
        assertTrue(capacity.tryAdd(60));
        assertFalse(capacity.tryAdd(41));
        assertTrue(capacity.tryAdd(40), "what was refused takes no room");
        capacity.remove(60);
        assertTrue(capacity.tryAdd(60));
    }

    @Test
    void oneOfAnySizeHasRoom() {
        Capacity capacity = new Capacity(10, 100);
        assertTrue(capacity.tryAdd(1_000));
        assertFalse(capacity.tryAdd(1));
    }
}
