package org.mqttgateway.http.password;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response.Status;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.password.WaitingChecks.Check;
import org.mqttgateway.settings.BcryptHash;

/**
 * Compares passwords with bcrypt hashes, which is slow on purpose. A thread of its own compares them one after the other and pauses after a
 * wrong password. So callers who send wrong passwords can use at most a quarter of one core, and no worker threads. {@link WaitingChecks}
 * limits how many wait, and has it that those who guess do not keep the others out.
 *
 * <p>Every wrong password takes the same work, so that nobody can tell by time whether a user exists: what a hash of a lower cost saves, and
 * what a password without any hash saves, is spent on a hash that is nobody's.
 */
@ApplicationScoped
public class BcryptChecks {

    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    /** The pause after a wrong password is this many times as long as its check had a processor. */
    private static final int REST = 3;

    /**
     * An address without wrong passwords need not wait for a pause that is due to others, unless so much of it has come together: for then
     * the wrong passwords come from ever new addresses.
     */
    private static final Duration MAX_REST_OWED = Duration.ofSeconds(20);

    private final WaitingChecks waiting = new WaitingChecks();
    private final Duration maxWait;
    private final Duration maxRestOwed;
    private final BiPredicate<String, String> matches;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread created = new Thread(task, "bcrypt");
                created.setDaemon(true);
                return created;
            });
    private volatile int highestCost;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private boolean working;
    private long restUntil = System.nanoTime();

    @Inject
    BcryptChecks() {
        this(MAX_WAIT, MAX_REST_OWED, BcryptUtil::matches);
    }

    /**
     * @param maxWait after which a check that still waits fails
     * @param maxRestOwed how much of the pause may be due where an address without wrong passwords need not wait for it
     * @param matches whether a password matches a hash
     */
    BcryptChecks(Duration maxWait, Duration maxRestOwed, BiPredicate<String, String> matches) {
        this.maxWait = maxWait;
        this.maxRestOwed = maxRestOwed;
        this.matches = matches;
        thread.allowCoreThreadTimeOut(true);
    }

    /** A user has this hash. From then on no wrong password takes less work than a check of it. */
    public void expect(String hash) {
        highestCost = Math.max(highestCost, BcryptHash.costOf(hash));
    }

    /**
     * Whether {@code hash} is the hash of the password. The result comes on the caller's event loop. Fails with {@link HttpProblem} 503 if
     * too many checks wait.
     *
     * @param hash null if the password is wrong in any case: then the result comes as late as with a hash, or at once if no user has one
     * @param digest the {@link CredentialDigest} of the user and the password
     * @param address the {@link CallerAddress} of the caller
     */
    public Uni<Boolean> matches(String hash, String password, byte[] digest, String address) {
        if (hash == null && highestCost == 0) {
            return Uni.createFrom().item(false);
        }
        Context caller = Vertx.currentContext();
        Check check = enter(new Check(ByteBuffer.wrap(digest), address, hash, password));
        if (check == null) {
            return Uni.createFrom().failure(busy());
        }
        Uni<Boolean> answer = Uni.createFrom().completionStage(check.outcome().copy());
        return caller == null ? answer : answer.emitOn(task -> caller.runOnContext(v -> task.run()));
    }

    /** The check of these credentials, which may have been under way already; null if there is no place for one more. */
    private Check enter(Check check) {
        Check displaced;
        synchronized (this) {
            Check same = waiting.find(check.credentials());
            if (same != null) {
                return same;
            }
            if (!waiting.mayEnter(check)) {
                return null;
            }
            displaced = waiting.enter(check, expiryOf(check));
            if (!working) {
                working = true;
                thread.execute(this::work);
            }
            // Its turn may come before that of the one for which the thread waits.
            notifyAll();
        }
        if (displaced != null) {
            refuse(displaced);
        }
        return check;
    }

    private Future<?> expiryOf(Check check) {
        return Infrastructure.getDefaultWorkerPool()
                .schedule(() -> expire(check), maxWait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void work() {
        try {
            for (Check check = next(); check != null; check = next()) {
                run(check);
            }
        } catch (InterruptedException e) {
            // The gateway ends.
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next turn; null if none waits any more. */
    private synchronized Check next() throws InterruptedException {
        while (true) {
            Check first = waiting.first();
            if (first == null) {
                working = false;
                return null;
            }
            long rest = restUntil - System.nanoTime();
            long wait = waiting.wrongOf(first.address()) == 0 ? rest - maxRestOwed.toNanos() : rest;
            if (wait <= 0) {
                waiting.begin(first);
                return first;
            }
            TimeUnit.NANOSECONDS.timedWait(this, wait);
        }
    }

    private void run(Check check) {
        long begun = processorTime();
        try {
            boolean right = check.hash() != null && isRight(check.hash(), check.password());
            if (!right) {
                spendTheRest(check);
                wrong(check, begun);
            }
            check.outcome().complete(right);
        } catch (RuntimeException | Error e) {
            // Whatever it is: the thread goes on, for others wait too.
            check.outcome().completeExceptionally(e);
        } finally {
            leave(check);
        }
    }

    /** Each cost takes twice the work of the one below it, so a check of each from one's own to the last but one adds up to the highest. */
    private void spendTheRest(Check check) {
        if (check.hash() == null) {
            isRight(BcryptHash.ofNobody(highestCost), check.password());
        } else {
            for (int cost = BcryptHash.costOf(check.hash()); cost < highestCost; cost++) {
                isRight(BcryptHash.ofNobody(cost), check.password());
            }
        }
    }

    private boolean isRight(String hash, String password) {
        // BcryptUtil knows only the prefix $2a$; $2b$ and $2y$ are other names for the same algorithm.
        return matches.test(password, "$2a" + hash.substring(3));
    }

    private synchronized void wrong(Check check, long begun) {
        waiting.wrong(check.address());
        restUntil = Math.max(restUntil, System.nanoTime()) + REST * (processorTime() - begun);
    }

    /** Nanoseconds; where many threads want a processor, a check takes longer without taking more from others. */
    private long processorTime() {
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }

    private synchronized void leave(Check check) {
        waiting.leave(check);
    }

    private void expire(Check check) {
        boolean withdrawn;
        synchronized (this) {
            withdrawn = waiting.withdraw(check);
        }
        if (withdrawn) {
            refuse(check);
        }
    }

    private static void refuse(Check check) {
        check.outcome().completeExceptionally(busy());
    }

    private static HttpProblem busy() {
        return HttpProblem.retryable(
                Status.SERVICE_UNAVAILABLE,
                ReturnCode.QUEUE_SIZE,
                "too many passwords are being checked; the broker does not have the message, try again later",
                1);
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
    }
}
