package org.mqttgateway.http.password;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.smallrye.mutiny.Uni;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.http.HttpProblem;

/** What a sender of wrong passwords gets: one check at a time, a rest after it, few places to wait, and no knowledge of who exists. */
class BcryptChecksTest {

    /** {@code hopper} */
    private static final String HASH = "$2y$10$abcdefghijklmnopqrstuusRwCdKLuPUz4KiP2WI52plfN7gwpdnq";

    /** The same with the cost 6, a sixteenth of the work. */
    private static final String CHEAP_HASH = "$2y$06$abcdefghijklmnopqrstuuqAqNWEYCW/uZkgxVFLkSK8yff1VR9se";

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String ATTACKER = "192.0.2.1";
    private static final String STRANGER = "198.51.100.1";

    /** The passwords that were compared, in order, with the cost of each comparison, and when. */
    private final List<String> compared = new CopyOnWriteArrayList<>();

    private final List<Integer> costs = new CopyOnWriteArrayList<>();
    private final Map<String, Long> begun = new ConcurrentHashMap<>();

    /** A comparison of the password {@code held} does not end before this. */
    private final CountDownLatch gate = new CountDownLatch(1);

    private BcryptChecks checks = new BcryptChecks();
    private byte tries;

    @AfterEach
    void stop() {
        gate.countDown();
        checks.stop();
    }

    @Test
    void theSameCredentialsAreCheckedOnceHoweverManyWait() {
        use(LONG, Duration.ZERO, BcryptUtil::matches);
        List<CompletableFuture<Boolean>> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            outcomes.add(check(HASH, "hopper", STRANGER));
        }
        outcomes.forEach(outcome -> assertTrue(outcome.join()));
        assertEquals(List.of("hopper"), compared);
    }

    /** It was answered 500 when the first of those who wait for one check gave up. */
    @Test
    void whoGivesUpTakesTheResultFromNobodyElse() {
        use(Duration.ofMillis(200), Duration.ZERO, (password, hash) -> true);
        hold();
        Uni<Boolean> shared = uni(HASH, "hopper", STRANGER);
        shared.subscribe().with(right -> {}).cancel();
        CompletableFuture<Boolean> other = check(HASH, "hopper", STRANGER);
        assertBusy(other);
        // Those who come then find no trace of it.
        CompletableFuture<Boolean> later = check(HASH, "hopper", STRANGER);
        gate.countDown();
        assertTrue(later.join());
    }

    @Test
    void fewOfOneAddressWaitAndFewInAll() {
        use(LONG, Duration.ZERO, (password, hash) -> false);
        hold();
        for (int waiting = 0; waiting < WaitingChecks.MAX_OF_ADDRESS; waiting++) {
            check(HASH, "wrong" + waiting, ATTACKER);
        }
        assertBusy(check(HASH, "one more", ATTACKER));
        for (int waiting = WaitingChecks.MAX_OF_ADDRESS + 1; waiting < WaitingChecks.MAX; waiting++) {
            check(HASH, "wrong" + waiting, "203.0.113." + waiting);
        }
        for (int address = 0; address < WaitingChecks.MAX_OF_ADDRESS - 1; address++) {
            // They come in place of those of one address.
            check(HASH, "another " + address, "198.51.100." + address);
        }
        assertBusy(check(HASH, "one more", "198.51.100.99"));
    }

    /** As many addresses as there are places for, each with all that it may have, and each has guessed before. */
    @Test
    void aFirstLoginGoesAheadOfAllWhoGuess() {
        use(LONG, LONG, (password, hash) -> password.equals("hopper"));
        List<CompletableFuture<Boolean>> guesses = new ArrayList<>();
        for (int round = 0; round <= WaitingChecks.MAX_OF_ADDRESS; round++) {
            if (round == 1) {
                Awaitility.await("one wrong password of each")
                        .until(() -> guesses.stream().allMatch(CompletableFuture::isDone));
                hold();
            }
            for (int attacker = 0; attacker < WaitingChecks.MAX / WaitingChecks.MAX_OF_ADDRESS; attacker++) {
                guesses.add(check(HASH, "guess " + attacker + " " + round, "192.0.2." + attacker));
            }
        }
        int before = compared.size();
        assertBusy(check(HASH, "one more", "192.0.2.3"));
        CompletableFuture<Boolean> login = check(HASH, "hopper", STRANGER);
        gate.countDown();
        assertTrue(login.join());
        assertEquals("hopper", compared.get(before));
        assertEquals(
                2,
                guesses.stream()
                        .filter(guess -> guess.isCompletedExceptionally())
                        .count());
    }

    /** A mistake does not make somebody one of those who guess. */
    @Test
    void whoHasSentFewerWrongPasswordsGoesFirst() {
        use(LONG, LONG, (password, hash) -> password.equals("hopper"));
        for (String address : List.of(ATTACKER, ATTACKER, STRANGER)) {
            assertFalse(check(HASH, "wrong" + compared.size(), address).join());
        }
        hold();
        CompletableFuture<Boolean> guess = check(HASH, "guess", ATTACKER);
        assertTrue(check(HASH, "hopper", STRANGER, gate::countDown).join());
        assertFalse(guess.join());
        assertEquals(List.of("held", "hopper", "guess"), compared.subList(3, 6));
    }

    /** At the begin of an attack nobody has sent a wrong password yet. */
    @Test
    void addressesTakeTurns() {
        use(LONG, LONG, (password, hash) -> password.equals("hopper"));
        hold();
        List<CompletableFuture<Boolean>> guesses = new ArrayList<>();
        for (int waiting = 1; waiting < WaitingChecks.MAX; waiting++) {
            int attacker = waiting / WaitingChecks.MAX_OF_ADDRESS;
            guesses.add(check(HASH, attacker + " guesses " + waiting, "192.0.2." + attacker));
        }
        CompletableFuture<Boolean> login = check(HASH, "hopper", STRANGER);
        gate.countDown();
        assertTrue(login.join());
        // One of each attacker was ahead, and "held".
        assertEquals(1 + WaitingChecks.MAX / WaitingChecks.MAX_OF_ADDRESS, compared.indexOf("hopper"));
        assertBusy(guesses.get(guesses.size() - 1));
    }

    @Test
    void onlyThoseWhoGuessWaitForTheRest() {
        use(LONG, LONG, BcryptUtil::matches);
        CompletableFuture<Boolean> first = check(HASH, "held", ATTACKER);
        CompletableFuture<Boolean> guess = check(CHEAP_HASH, "guess", ATTACKER);
        CompletableFuture<Boolean> login = check(CHEAP_HASH, "hopper", STRANGER);
        long usedBefore = processorTime();
        gate.countDown();
        assertFalse(first.join());
        long used = processorTime() - usedBefore;
        assertTrue(login.join());
        assertFalse(guess.join());
        assertEquals(List.of("held", "hopper", "guess"), compared);
        long between = begun.get("guess") - begun.get("hopper");
        assertTrue(between > used, between + " ns, after a check of " + used + " ns");
    }

    @Test
    void aWrongPasswordIsFollowedByARestThreeTimesAsLong() {
        use(LONG, Duration.ZERO, BcryptUtil::matches);
        assertTrue(check(CHEAP_HASH, "hopper", STRANGER).join());
        long usedBefore = processorTime();
        long from = System.nanoTime();
        for (int i = 1; i <= 4; i++) {
            // From a new address each, as one who has many would.
            assertFalse(check(CHEAP_HASH, "wrong" + i, "192.0.2." + i).join());
        }
        long took = System.nanoTime() - from;
        long used = processorTime() - usedBefore;
        // Four checks and three rests, which take no processor.
        assertTrue(took > 3 * used, took + " ns, of which " + used + " on a processor");
    }

    /** In units of the cost 0: each cost takes twice the work of the one below it. */
    @Test
    void everyWrongPasswordTakesTheSameWork() {
        use(LONG, LONG, (password, hash) -> password.equals("hopper"));
        checks.expect(HASH);
        checks.expect(CHEAP_HASH);
        assertEquals(1 << 10, workOf(HASH, "wrong"));
        assertEquals(1 << 10, workOf(CHEAP_HASH, "wrong"));
        assertEquals(1 << 10, workOf(null, "wrong"));
        assertEquals(1 << 10, workOf(null, "hopper"));
        assertEquals(1 << 6, workOf(CHEAP_HASH, "hopper"));
    }

    @Test
    void withoutAnyHashNothingTakesWork() {
        use(LONG, LONG, (password, hash) -> true);
        assertEquals(0, workOf(null, "wrong"));
    }

    @Test
    void aCheckThatFailsHoldsUpNoOther() {
        use(LONG, LONG, (password, hash) -> {
            if (password.equals("odd")) {
                throw new StackOverflowError();
            }
            return true;
        });
        CompletionException failure = assertThrows(
                CompletionException.class, () -> check(HASH, "odd", STRANGER).join());
        assertEquals(StackOverflowError.class, failure.getCause().getClass());
        assertTrue(check(HASH, "hopper", STRANGER).join());
    }

    private int workOf(String hash, String password) {
        costs.clear();
        boolean right = checks.matches(hash, password, new byte[] {tries++}, STRANGER)
                .await()
                .atMost(LONG);
        assertEquals(hash != null && password.equals("hopper"), right);
        return costs.stream().mapToInt(cost -> 1 << cost).sum();
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

    private static void assertBusy(CompletableFuture<Boolean> outcome) {
        CompletionException failure = assertThrows(CompletionException.class, outcome::join);
        HttpProblem problem = (HttpProblem) failure.getCause();
        assertEquals(503, problem.problem().status());
        assertEquals(15, problem.problem().code());
        assertTrue(problem.retryAfterSeconds().isPresent());
    }

    private void use(Duration maxWait, Duration maxRestOwed, BiPredicate<String, String> matches) {
        checks.stop();
        checks = new BcryptChecks(maxWait, maxRestOwed, (password, hash) -> {
            begun.put(password, System.nanoTime());
            compared.add(password);
            costs.add(Integer.parseInt(hash.substring(4, 6)));
            if (password.equals("held")) {
                await(gate);
            }
            return matches.test(password, hash);
        });
    }

    /** From now on the thread is busy until the gate opens. */
    private void hold() {
        check(HASH, "held", "203.0.113.1");
        Awaitility.await("the thread is busy").until(() -> compared.contains("held"));
    }

    private static void await(CountDownLatch gate) {
        try {
            assertTrue(gate.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<Boolean> check(String hash, String password, String address) {
        return uni(hash, password, address).subscribeAsCompletionStage();
    }

    /** @param then runs when the check is in the line */
    private CompletableFuture<Boolean> check(String hash, String password, String address, Runnable then) {
        CompletableFuture<Boolean> outcome = check(hash, password, address);
        then.run();
        return outcome;
    }

    private Uni<Boolean> uni(String hash, String password, String address) {
        return checks.matches(hash, password, password.getBytes(StandardCharsets.UTF_8), address);
    }
}
