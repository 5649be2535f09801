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
 * Compares passwords with bcrypt hashes, which is slow on purpose. One thread of its own does it, one after the other, and rests after a
 * wrong one: whoever sends wrong passwords has an eighth of two cores and nobody's worker threads. What waits is bounded, for each address
 * too, so that one sender of wrong passwords does not keep the others out.
 */
@ApplicationScoped
class BcryptChecks {

    /** In all, and of one address; the same credentials count once however many requests bring them. */
    private static final int MAX_WAITING = 16;

    private static final int MAX_WAITING_OF_ADDRESS = 4;
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    /** Of the time that a wrong password took. */
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
     * Whether the hash is the one of the password; answers on the caller's event loop, and fails with {@link HttpProblem} 503 if too many
     * wait.
     *
     * @param digest stands for the user and the password
     * @param address of the sender
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
            // The util knows the first name of the algorithm only; $2b$ and $2y$ are the same one.
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
