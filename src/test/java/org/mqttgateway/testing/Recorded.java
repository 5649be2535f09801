package org.mqttgateway.testing;

import java.util.ArrayList;
import java.util.List;

/** What came, in order. One thread adds while others look at it. */
final class Recorded<T> {

    private final List<T> items = new ArrayList<>();

    synchronized void add(T item) {
        items.add(item);
    }

    synchronized void remove(T item) {
        items.remove(item);
    }

    synchronized int size() {
        return items.size();
    }

    /** A copy, which does not change any more. */
    synchronized List<T> list() {
        return List.copyOf(items);
    }
}
