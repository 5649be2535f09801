package org.mqttgateway.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/**
 * What the threads of an application in this process have done: event loops and workers, not the threads of the test and of the broker.
 *
 * @param allocated bytes
 * @param cpuNanos CPU time
 */
public record Work(long allocated, long cpuNanos) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Runs the action and returns what the application has done for it. Nobody else may ask anything of the application meanwhile. */
    public static Work of(Runnable action) {
        Work before = whenQuiet();
        action.run();
        Work after = whenQuiet();
        return new Work(after.allocated - before.allocated, after.cpuNanos - before.cpuNanos);
    }

    /** The less of both. */
    public Work least(Work other) {
        return new Work(Math.min(allocated, other.allocated), Math.min(cpuNanos, other.cpuNanos));
    }

    /** What is done after an answer belongs to it: waits until no thread allocates any more. */
    private static Work whenQuiet() {
        Work last;
        Work now = soFar();
        do {
            last = now;
            Thread.yield();
            now = soFar();
        } while (now.allocated != last.allocated);
        return now;
    }

    private static Work soFar() {
        long allocated = 0;
        long cpuNanos = 0;
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && isOfApplication(thread.getThreadName())) {
                allocated += THREADS.getThreadAllocatedBytes(thread.getThreadId());
                cpuNanos += THREADS.getThreadCpuTime(thread.getThreadId());
            }
        }
        return new Work(allocated, cpuNanos);
    }

    private static boolean isOfApplication(String thread) {
        return thread.startsWith("vert.x-") || thread.startsWith("executor-thread-");
    }
}
