package org.mqttgateway.http.share;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
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

    private final RateLimiter limiter = new RateLimiter(System::nanoTime);
    private final Callers callers;
    private final TooMany tooMany;

    Rates(Callers callers, TooMany tooMany) {
        this.callers = callers;
        this.tooMany = tooMany;
    }

    /**
     * Counts one publish. To be called when the body has been read, so that the connection can be used again, and before anything is parsed.
     *
     * @return the caller of the request
     * @throws HttpProblem 429 if the caller has published as much as it may
     */
    public Caller publish(RoutingContext request) {
        Caller caller = callers.of(request);
        Owner owner = caller.owner();
        if (owner.rate() > 0) {
            RateLimiter.State state = limiter.take(owner);
            tell(request.response(), owner, state);
            if (!state.admitted()) {
                throw tooMany.beyondRate(owner.rate(), state.seconds());
            }
        }
        return caller;
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
