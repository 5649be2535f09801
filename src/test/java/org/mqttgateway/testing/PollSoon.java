package org.mqttgateway.testing;

import io.quarkus.test.junit.callback.QuarkusTestBeforeClassCallback;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Awaitility looks for the first time after a tenth of a second, by which most of what tests wait for is long there. Here it looks at once, and then
 * in intervals that grow up to that. Found by its name in META-INF/services: by JUnit for all tests, and by Quarkus for its own, which have a class
 * loader of their own and so an Awaitility of their own.
 */
public final class PollSoon implements LauncherSessionListener, QuarkusTestBeforeClassCallback {

    private static final Duration FIRST = Duration.ofMillis(4);
    private static final Duration LAST = Duration.ofMillis(100);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        pollSoon();
    }

    @Override
    public void beforeClass(Class<?> testClass) {
        pollSoon();
    }

    private static void pollSoon() {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(IterativePollInterval.iterative(PollSoon::next, FIRST));
    }

    private static Duration next(Duration interval) {
        Duration next = interval.multipliedBy(3).dividedBy(2);
        return next.compareTo(LAST) < 0 ? next : LAST;
    }
}
