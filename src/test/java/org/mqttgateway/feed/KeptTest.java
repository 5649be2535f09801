package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How long something stays open when nobody listens to it any more. */
class KeptTest {

    private final Set<String> listenedTo = new HashSet<>();
    private final Kept<Character, String> kept = new Kept<>(name -> name.charAt(0), name -> !listenedTo.contains(name));

    @Test
    void isKeptForTheOneWhoWantsItLongest() {
        kept.add("a");
        listenedTo.add("a");
        kept.left("a", 65_000);
        listenedTo.clear();
        kept.left("a", 0);
        assertFalse(kept.isOver("a"));
        assertEquals(List.of(), kept.over());
    }

    @Test
    void isOverAtOnceIfNobodyWantsIt() {
        List.of("a", "b").forEach(kept::add);
        listenedTo.add("b");
        kept.left("a", 0);
        kept.left("b", 0);
        assertTrue(kept.isOver("a"));
        assertFalse(kept.isOver("b"));
        assertEquals(List.of("a"), kept.over());
        listenedTo.add("a");
        assertFalse(kept.isOver("a"));
    }

    @Test
    void whatWasReplacedIsNotKept() {
        kept.add("old");
        assertTrue(kept.remove("old"));
        kept.add("other");
        kept.left("old", 0);
        assertFalse(kept.isOver("old"));
        assertFalse(kept.remove("old"));
        assertNull(kept.get('x'));
        assertEquals(1, kept.size());
    }

    @Test
    void theFirstThatIsUnusedIsTheOneThatWasLeftFirst() {
        List.of("a", "b", "c").forEach(kept::add);
        listenedTo.add("c");
        kept.left("a", 1_000);
        assertEquals(List.of("b", "a"), kept.unused());
    }
}
