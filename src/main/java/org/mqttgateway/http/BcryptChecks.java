package org.mqttgateway.http;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares passwords with bcrypt hashes, which is slow on purpose. A thread of its own compares them one after the other and pauses after a
 * wrong password. So a caller who sends wrong passwords can use at most a quarter of one core, and no worker threads. The number of waiting
 * checks is limited, in all and for each address, so that one caller who sends wrong passwords does not keep the others out.
 */
@ApplicationScoped
class BcryptChecks {

    /** Most checks that wait, in all and for one address. The same credentials count once, however many requests bring them. */
    private static final int MAX_WAITING = 16;

    private static final int MAX_WAITING_OF_ADDRESS = 4;
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    /** The pause after a wrong password is this many times as long as its check took. */
    private static final int REST = 3;

    private final Map<ByteBuffer, Check> waiting = new HashMap<>();
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread created = new Thread(task, "bcrypt");
                created.setDaemon(true);
                return created;
            });

    private record Check(String address, CompletableFuture<Boolean> outcome) {}

    BcryptChecks() {
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Whether {@code hash} is the hash of the password. The result comes on the caller's event loop. Fails with {@link HttpProblem} 503 if
     * too many checks wait.
     *
     * @param digest the {@link CredentialDigest} of the user and the password
     * @param address the address of the caller
     */
    Uni<Boolean> matches(String hash, String password, byte[] digest, String address) {
        Context caller = Vertx.currentContext();
        CompletableFuture<Boolean> outcome = enter(hash, password, ByteBuffer.wrap(digest), address);
        if (outcome == null) {
            return Uni.createFrom().failure(busy());
        }
        Uni<Boolean> answer = Uni.createFrom()
                .completionStage(outcome)
                .ifNoItem()
                .after(MAX_WAIT)
                .failWith(BcryptChecks::busy);
        return caller == null ? answer : answer.emitOn(task -> caller.runOnContext(v -> task.run()));
    }

    private synchronized CompletableFuture<Boolean> enter(
            String hash, String password, ByteBuffer digest, String address) {
        Check same = waiting.get(digest);
        if (same != null) {
            return same.outcome();
        }
        long ofAddress = waiting.values().stream()
                .filter(check -> check.address().equals(address))
                .count();
        if (waiting.size() >= MAX_WAITING || ofAddress >= MAX_WAITING_OF_ADDRESS) {
            return null;
        }
        Check check = new Check(address, new CompletableFuture<>());
        waiting.put(digest, check);
        long since = System.nanoTime();
        thread.execute(() -> run(check, hash, password, digest, since));
        return check.outcome();
    }

    private void run(Check check, String hash, String password, ByteBuffer digest, long since) {
        long begun = System.nanoTime();
        if (begun - since > MAX_WAIT.toNanos()) {
            leave(digest);
            return;
        }
        try {
            // BcryptUtil knows only the prefix $2a$; $2b$ and $2y$ are other names for the same algorithm.
            boolean right = BcryptUtil.matches(password, "$2a" + hash.substring(3));
            check.outcome().complete(right);
            if (!right) {
                LockSupport.parkNanos(REST * (System.nanoTime() - begun));
            }
        } catch (RuntimeException e) {
            check.outcome().completeExceptionally(e);
        } finally {
            leave(digest);
        }
    }

    private synchronized void leave(ByteBuffer digest) {
        waiting.remove(digest);
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
