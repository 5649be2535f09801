package org.mqttgateway.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How much of a processor the event loops of a process have had, looked at ten times a second from its start to its end. Linux tells it; elsewhere
 * nothing is known.
 */
final class EventLoopTimes {

    /** The name of a thread, of which Linux keeps 15 characters. */
    private static final String EVENT_LOOP = "vert.x-eventloo";

    private static final long PAUSE_MILLIS = 100;

    private static final Set<EventLoopTimes> WATCHED = ConcurrentHashMap.newKeySet();

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "processor times");
        thread.setDaemon(true);
        return thread;
    });

    static {
        WATCH.scheduleWithFixedDelay(
                () -> WATCHED.forEach(EventLoopTimes::look), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Nanoseconds on a processor since the start, by thread. */
    record Look(long millis, Map<String, Long> nanos) {}

    private final Path tasks;
    private final Map<String, Boolean> eventLoops = new HashMap<>();
    private final List<Look> looks = new ArrayList<>();

    EventLoopTimes(long pid) {
        tasks = Path.of("/proc/" + pid + "/task");
    }

    /** Watches a process until it ends. */
    static EventLoopTimes watch(long pid) {
        EventLoopTimes times = new EventLoopTimes(pid);
        WATCHED.add(times);
        return times;
    }

    private void look() {
        Map<String, Long> nanos = new HashMap<>();
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : (Iterable<Path>) threads::iterator) {
                if (isEventLoop(thread)) {
                    String[] times =
                            Files.readString(thread.resolve("schedstat")).split(" ");
                    nanos.put(thread.getFileName().toString(), Long.valueOf(times[0]));
                }
            }
        } catch (IOException | RuntimeException ended) {
            // The process or one of its threads.
            if (!Files.exists(tasks)) {
                WATCHED.remove(this);
            }
            return;
        }
        add(new Look(System.currentTimeMillis(), nanos));
    }

    private boolean isEventLoop(Path thread) {
        return eventLoops.computeIfAbsent(thread.getFileName().toString(), id -> {
            try {
                return Files.readString(thread.resolve("comm")).startsWith(EVENT_LOOP);
            } catch (IOException ended) {
                return false;
            }
        });
    }

    /** Was looked at. */
    void add(Look look) {
        synchronized (looks) {
            looks.add(look);
        }
    }

    /**
     * The part of the time between two moments in which that event loop had a processor that had it for longest: 1 is all the time. Empty if the
     * process was not looked at twice between them.
     */
    OptionalDouble busiest(long fromMillis, long toMillis) {
        List<Look> between;
        synchronized (looks) {
            between = looks.stream()
                    .filter(look -> look.millis() >= fromMillis && look.millis() <= toMillis)
                    .toList();
        }
        if (between.size() < 2) {
            return OptionalDouble.empty();
        }
        Look first = between.get(0);
        Look last = between.get(between.size() - 1);
        double time = TimeUnit.MILLISECONDS.toNanos(last.millis() - first.millis());
        return last.nanos().entrySet().stream()
                .mapToDouble(thread -> (thread.getValue() - first.nanos().getOrDefault(thread.getKey(), 0L)) / time)
                .max();
    }
}
