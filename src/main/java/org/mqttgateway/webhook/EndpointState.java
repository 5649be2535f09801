package org.mqttgateway.webhook;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.mqttgateway.base.Status;

/**
 * Whether the endpoint takes messages. It counts as failing from the first message that it did not take until nothing has failed for a while. So a time of failures makes two log lines
 * and not thousands, also where each message fails once. Changed on one context, read from any thread.
 */
final class EndpointState {

    /** Writes the log lines; must not make the caller wait. */
    interface Log {

        void warn(String line);

        void info(String line);
    }

    /** Does something on the context of this after so many milliseconds. */
    interface Later {

        void run(long millis, Runnable action);
    }

    /** For so long nothing must have failed. */
    static final Duration QUIET = Duration.ofSeconds(10);

    private final String endpoint;
    private final Log log;
    private final Later later;
    private final LongSupplier nanoTime;
    private int retrying;

    /** Null while the endpoint does not fail. */
    private Instant failingSince;

    /** As {@link System#nanoTime()}, for the clock may be set. */
    private long failingNanos;

    private long failedLastNanos;
    private volatile boolean gone;
    private boolean checking;
    private volatile Status status = new Status(true, "no message has failed");

    EndpointState(String endpoint, Log log, Later later, LongSupplier nanoTime) {
        this.endpoint = endpoint;
        this.log = log;
        this.later = later;
        this.nanoTime = nanoTime;
    }

    Status status() {
        return status;
    }

    /** Whether it is paused because it is gone. */
    boolean isGone() {
        return gone;
    }

    /** A message was not taken and will be sent again. */
    void failed(boolean firstTime, String reason) {
        if (firstTime) {
            retrying++;
        }
        failing(reason + ". Messages wait at the broker, and are sent again until it takes them");
        status = new Status(false, "fails since " + seconds(failingSince) + ": " + reason + "; tried again");
    }

    /** The endpoint is gone, and nothing is sent to it but one message an hour. */
    void gone(String reason) {
        if (!gone) {
            gone = true;
            failingSince = null;
        }
        failing(reason + " says that it is gone. Messages wait at the broker, and one an hour is tried");
        status = new Status(
                false, "gone since " + seconds(failingSince) + ": " + reason + "; one message an hour is tried");
    }

    private void failing(String line) {
        failedLastNanos = nanoTime.getAsLong();
        if (failingSince == null) {
            failingSince = Instant.now();
            failingNanos = failedLastNanos;
            log.warn("The webhook " + endpoint + " fails: " + line);
        }
    }

    /** The endpoint has taken or refused a message. */
    void answered(boolean hadFailed) {
        ended(hadFailed);
        gone = false;
        if (failingSince != null && retrying == 0) {
            status = new Status(true, "answers, after it has failed since " + seconds(failingSince));
            check();
        }
    }

    private void check() {
        if (!checking) {
            checking = true;
            later.run(Math.max(1, QUIET.toMillis() - quietMillis()), this::checked);
        }
    }

    private long quietMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - failedLastNanos);
    }

    private void checked() {
        checking = false;
        if (failingSince == null || retrying > 0 || gone) {
            return;
        }
        if (quietMillis() < QUIET.toMillis()) {
            check();
            return;
        }
        log.info("The webhook " + endpoint + " is back: it failed for "
                + TimeUnit.NANOSECONDS.toSeconds(failedLastNanos - failingNanos) + " s");
        failingSince = null;
        status = new Status(true, "answers");
    }

    /** A message is not sent again although the endpoint has neither taken nor refused it. */
    void ended(boolean hadFailed) {
        if (hadFailed) {
            retrying--;
        }
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
