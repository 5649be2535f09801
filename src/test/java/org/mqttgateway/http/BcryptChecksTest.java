package org.mqttgateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.mutiny.Uni;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a sender of wrong passwords gets: one check at a time, a rest after it, and few places to wait. */
class BcryptChecksTest {

    /** {@code hopper} */
    private static final String HASH = "$2y$10$abcdefghijklmnopqrstuusRwCdKLuPUz4KiP2WI52plfN7gwpdnq";

    /** The same with the cost 6, a sixteenth of the work. */
    private static final String CHEAP_HASH = "$2y$06$abcdefghijklmnopqrstuuqAqNWEYCW/uZkgxVFLkSK8yff1VR9se";

    private final BcryptChecks checks = new BcryptChecks();

    @AfterEach
    void stop() {
        checks.stop();
    }

    @Test
    void theSameCredentialsAreCheckedOnceHoweverManyWait() {
        List<Uni<Boolean>> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            outcomes.add(check("hopper", 1, "192.0.2.1"));
        }
        outcomes.forEach(outcome -> assertTrue(outcome.await().indefinitely()));
    }

    @Test
    void fewOfOneAddressWaitAndFewInAll() {
        for (int waiting = 0; waiting < 16; waiting++) {
            check("wrong", waiting, "192.0.2." + waiting / 4);
        }
        assertBusy(check("wrong", 16, "192.0.2.0"));
        assertBusy(check("wrong", 17, "198.51.100.1"));
    }

    @Test
    void anAddressThatWaitsKeepsNoOtherOut() {
        for (int waiting = 0; waiting < 4; waiting++) {
            check("wrong", waiting, "192.0.2.1");
        }
        assertBusy(check("hopper", 4, "192.0.2.1"));
        assertTrue(check("hopper", 5, "198.51.100.1").await().indefinitely());
    }

    @Test
    void aWrongPasswordIsFollowedByARestThreeTimesAsLong() {
        assertTrue(check(CHEAP_HASH, "hopper", 0, "192.0.2.0").await().indefinitely());
        long usedBefore = processorTime();
        long begun = System.nanoTime();
        for (int i = 1; i <= 4; i++) {
            assertFalse(check(CHEAP_HASH, "wrong", i, "192.0.2." + i).await().indefinitely());
        }
        long took = System.nanoTime() - begun;
        long used = processorTime() - usedBefore;
        // Four checks and three rests, which take no processor.
        assertTrue(took > 3 * used, took + " ns, of which " + used + " on a processor");
    }

    /** Nanoseconds that the thread of the checks has had. */
    private static long processorTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return LongStream.of(threads.getAllThreadIds())
                .filter(id -> threads.getThreadInfo(id) != null
                        && threads.getThreadInfo(id).getThreadName().equals("bcrypt"))
                .map(threads::getThreadCpuTime)
                .sum();
    }

    private static void assertBusy(Uni<Boolean> outcome) {
        HttpProblem problem =
                assertThrows(HttpProblem.class, () -> outcome.await().indefinitely());
        assertEquals(503, problem.problem().status());
        assertEquals(15, problem.problem().code());
        assertTrue(problem.retryAfterSeconds().isPresent());
    }

    private Uni<Boolean> check(String password, int digest, String address) {
        return check(HASH, password, digest, address);
    }

    private Uni<Boolean> check(String hash, String password, int digest, String address) {
        return checks.matches(hash, password, new byte[] {(byte) digest}, address);
    }
}
