package org.mqttgateway.http.share;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.caller.Callers;
import org.mqttgateway.http.caller.Owner;

/**
 * Holds callers to the rate at which they may publish ({@code mqtt.http.rate}, {@code mqtt.http.users.NAME.rate}). Where there is one, answers tell
 * how much of it is left (draft-ietf-httpapi-ratelimit-headers). Nothing is counted where there is none.
 */
@ApplicationScoped
public class Rates {

    private static final String POLICY = "\"publish\"";

    /**
     * A refusal comes so much later, or up to twice that: together they would all be followed by the next request at the same moment. It costs as
     * much of a processor as a publish, so a caller who goes on at full speed beyond its rate would take the processors from the others.
     */
    private static final int PAUSE_MILLIS = 100;

    /** Most refusals that wait, because each holds its request; one more comes at once. */
    private static final int MAX_LATE = 1_024;

    private final RateLimiter limiter = new RateLimiter(System::nanoTime);
    private final Callers callers;
    private final TooMany tooMany;
    private final AtomicInteger late = new AtomicInteger();

    Rates(Callers callers, TooMany tooMany) {
        this.callers = callers;
        this.tooMany = tooMany;
    }

    /**
     * Counts one publish, and goes on if the caller may publish. To be called when the body has been read, so that the connection can be used
     * again, and before anything is parsed.
     *
     * @param answer fails with an {@link HttpProblem}, 429, if the caller has published as much as it may
     * @param admitted gets the caller of the request, before this returns; what it throws is thrown on
     */
    public void publish(RoutingContext request, CompletableFuture<?> answer, Consumer<Caller> admitted) {
        Caller caller = callers.of(request);
        Owner owner = caller.owner();
        if (owner.rate() > 0) {
            RateLimiter.State state = limiter.take(owner);
            tell(request.response(), owner, state);
            if (!state.admitted()) {
                refuse(request, answer, tooMany.beyondRate(owner.rate(), state.seconds()));
                return;
            }
        }
        admitted.accept(caller);
    }

    private void refuse(RoutingContext request, CompletableFuture<?> answer, HttpProblem problem) {
        if (late.incrementAndGet() > MAX_LATE) {
            late.decrementAndGet();
            answer.completeExceptionally(problem);
            return;
        }
        int pause = PAUSE_MILLIS + ThreadLocalRandom.current().nextInt(PAUSE_MILLIS);
        request.vertx().setTimer(pause, id -> {
            late.decrementAndGet();
            answer.completeExceptionally(problem);
        });
    }

    /**
     * Counts the items of a bulk besides the one that {@link #publish} has counted. They are not refused; if they are more than the caller may
     * publish now, it has to wait for longer afterwards.
     */
    public void publishMore(RoutingContext request, Caller caller, int items) {
        Owner owner = caller.owner();
        if (owner.rate() > 0 && items > 0) {
            tell(request.response(), owner, limiter.add(owner, items));
        }
    }

    private static void tell(HttpServerResponse response, Owner owner, RateLimiter.State state) {
        if (!response.headWritten()) {
            response.putHeader("RateLimit-Policy", POLICY + ";q=" + owner.rate() + ";w=1")
                    .putHeader("RateLimit", POLICY + ";r=" + state.left() + ";t=" + state.seconds());
        }
    }
}
