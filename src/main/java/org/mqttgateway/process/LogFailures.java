package org.mqttgateway.process;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.logging.ErrorManager;
import org.mqttgateway.base.FailureText;

/** Is told of each line that the log file did not take, because the disk is full for instance, and says so once a minute on the console. */
final class LogFailures extends ErrorManager {

    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Runnable counter;
    private final Consumer<String> log;
    private final LongSupplier clock;
    private long count;
    private long lastSaid;

    /**
     * @param log gets the lines; what it cannot write comes back to {@link #error}
     * @param clock in nanoseconds, as {@link System#nanoTime()}
     */
    LogFailures(Runnable counter, Consumer<String> log, LongSupplier clock) {
        this.counter = counter;
        this.log = log;
        this.clock = clock;
        this.lastSaid = clock.getAsLong() - INTERVAL_NANOS;
    }

    @Override
    public synchronized void error(String message, Exception failure, int code) {
        counter.run();
        count++;
        long now = clock.getAsLong();
        if (now - lastSaid >= INTERVAL_NANOS) {
            log.accept("The log file has not taken " + (count == 1 ? "a line" : count + " lines") + ": "
                    + (failure == null ? message : FailureText.ofCause(failure)));
            count = 0;
            lastSaid = now;
        }
    }
}
