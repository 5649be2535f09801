package org.mqttgateway.publish.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name that is twice in an object is found, however many there are, and only there. */
class FieldNamesTest {

    private final FieldNames names = new FieldNames();

    @Test
    void inASmallObjectAtOnce() {
        names.begin();
        assertFalse(names.add("a"));
        assertFalse(names.add("b"));
        assertTrue(names.add("a"));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18, 1_000})
    void inALargeOneAtTheLatestAtItsEnd(int count) {
        names.begin();
        for (int i = 0; i < count; i++) {
            assertFalse(names.add("n" + i));
        }
        boolean known = names.add("n" + count / 2);
        assertEquals(known ? null : "n" + count / 2, names.end());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 17, 1_000})
    void differentOnesAreNone(int count) {
        names.begin();
        for (int i = 0; i < count; i++) {
            assertFalse(names.add("n" + i));
        }
        assertNull(names.end());
    }

    @Test
    void otherObjectsHaveNamesOfTheirOwn() {
        names.begin();
        names.add("a");
        for (int depth = 0; depth < 100; depth++) {
            names.begin();
            assertFalse(names.add("a"));
        }
        for (int depth = 0; depth < 100; depth++) {
            assertNull(names.end());
            assertFalse(names.add("after " + depth));
        }
        assertTrue(names.add("a"), "that of the first object");
    }

    @Test
    void afterClearNothingIsKnown() {
        names.begin();
        names.add("a");
        names.begin();
        names.clear();
        names.begin();
        assertFalse(names.add("a"));
    }
}
