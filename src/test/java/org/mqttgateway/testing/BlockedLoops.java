package org.mqttgateway.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails each class of tests in whose process an event loop was blocked, or in a gateway that classes share: see {@link BlockedLoop}. (A gateway of its
 * own fails the class when it closes.) JUnit finds it by its name in META-INF/services, so no test can forget it.
 */
public final class BlockedLoops implements BeforeAllCallback, AfterAllCallback {

    private static final ConcurrentLinkedQueue<BlockedLoop> HERE = new ConcurrentLinkedQueue<>();
    private static final EventLoopTimes TIMES =
            EventLoopTimes.watch(ProcessHandle.current().pid());

    /** Kept, because the logging would forget a logger that nobody holds, and its handlers with it. */
    private static final Logger CHECKER = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");

    static {
        CHECKER.addHandler(new Said());
    }

    private static final class Said extends Handler {

        private final PatternFormatter message = new PatternFormatter("%m");

        @Override
        public void publish(LogRecord record) {
            HERE.addAll(BlockedLoop.of(record, message.format(record)));
        }

        @Override
        public void flush() {
            // Nothing is buffered.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // The class is loaded: this process is watched from here on.
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertNone("this process", said(), List.of(TIMES));
        SharedGateway.assertNoLoopWasBlocked();
    }

    /** What Vert.x has said in this process since this was asked before. */
    static List<BlockedLoop> said() {
        List<BlockedLoop> said = new ArrayList<>();
        for (BlockedLoop next = HERE.poll(); next != null; next = HERE.poll()) {
            said.add(next);
        }
        return said;
    }

    /** @throws AssertionError if one of those that were said to be blocked was */
    static void assertNone(Object where, List<BlockedLoop> said, List<EventLoopTimes> processes) {
        List<BlockedLoop> real =
                said.stream().filter(loop -> loop.isBlocked(processes)).toList();
        if (!real.isEmpty()) {
            throw new AssertionError("event loops were blocked; " + where + "\n"
                    + String.join("\n", real.stream().map(BlockedLoop::toString).toList()));
        }
    }
}
