package org.mqttgateway.feed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What is open because somebody listens, and for a while after the last listener has left: as long as the one of them wants it who wants it longest. Not
 * thread-safe.
 */
final class Kept<K, V> {

    private final Map<K, Entry<V>> open = new LinkedHashMap<>();
    private final Function<V, K> key;
    private final Predicate<V> unused;

    private static final class Entry<V> {
        private final V value;
        private long until = System.nanoTime();

        Entry(V value) {
            this.value = value;
        }
    }

    /** @param unused whether nobody listens */
    Kept(Function<V, K> key, Predicate<V> unused) {
        this.key = key;
        this.unused = unused;
    }

    /** Null if it is not open. */
    V get(K wanted) {
        Entry<V> entry = open.get(wanted);
        return entry == null ? null : entry.value;
    }

    void add(V value) {
        open.put(key.apply(value), new Entry<>(value));
    }

    boolean contains(V value) {
        return get(key.apply(value)) == value;
    }

    /** Returns whether it was open. */
    boolean remove(V value) {
        return contains(value) && open.remove(key.apply(value)) != null;
    }

    int size() {
        return open.size();
    }

    /** A copy. */
    List<V> all() {
        return open.values().stream().map(entry -> entry.value).toList();
    }

    /** To which nobody listens, a copy: first the one that has been so for longest. */
    List<V> unused() {
        return all().stream().filter(unused).toList();
    }

    /**
     * A listener has left.
     *
     * @param keepMillis how long it wants it to be kept
     */
    void left(V value, long keepMillis) {
        if (!contains(value)) {
            return;
        }
        K name = key.apply(value);
        Entry<V> entry = open.get(name);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(keepMillis);
        if (until - entry.until > 0) {
            entry.until = until;
        }
        if (unused.test(value)) {
            open.remove(name);
            open.put(name, entry);
        }
    }

    /** Whether it is open, nobody listens, and nobody wants it to be kept any more. */
    boolean isOver(V value) {
        return contains(value) && isOver(open.get(key.apply(value)));
    }

    /** Those of which that is so, a copy. */
    List<V> over() {
        return open.values().stream()
                .filter(this::isOver)
                .map(entry -> entry.value)
                .toList();
    }

    private boolean isOver(Entry<V> entry) {
        return unused.test(entry.value) && entry.until - System.nanoTime() <= 0;
    }
}
