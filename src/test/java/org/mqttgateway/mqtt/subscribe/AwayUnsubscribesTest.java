package org.mqttgateway.mqtt.subscribe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** Filters to unsubscribe on the next connection: only as many are kept as fit into a megabyte. */
class AwayUnsubscribesTest {

    /** 32 of these fill the room. */
    private static final int LENGTH = 1 << 15;

    private final AwayUnsubscribes away = new AwayUnsubscribes();

    private static TopicFilter filter(int number) {
        return new TopicFilter((char) (0x100 + number) + "x".repeat(LENGTH - 1));
    }

    private Set<TopicFilter> drained() {
        Set<TopicFilter> filters = new HashSet<>();
        away.drain(filters::add);
        return filters;
    }

    private void add(int from, int to) {
        for (int number = from; number < to; number++) {
            away.add(filter(number));
        }
    }

    @Test
    void whatDoesNotFitIsLeftOut() {
        add(0, 32);
        away.add(new TopicFilter("y"));
        Set<TopicFilter> drained = drained();
        assertEquals(32, drained.size());
        assertTrue(drained.contains(filter(31)));
        assertEquals(Set.of(), drained(), "once is enough");
    }

    @Test
    void oneThatIsThereTwiceTakesItsRoomOnce() {
        add(0, 31);
        add(0, 32);
        assertEquals(32, drained().size());
    }

    @Test
    void oneThatIsSubscribedAgainMakesRoom() {
        add(0, 32);
        away.remove(filter(40));
        add(32, 33);
        away.remove(filter(3));
        add(33, 35);
        Set<TopicFilter> drained = drained();
        assertEquals(32, drained.size());
        assertFalse(drained.contains(filter(32)));
        assertTrue(drained.contains(filter(33)));
    }

    @Test
    void thenThereIsRoomAgain() {
        add(0, 32);
        drained();
        add(32, 33);
        assertEquals(Set.of(filter(32)), drained());
    }
}
