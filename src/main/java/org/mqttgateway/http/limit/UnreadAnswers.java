package org.mqttgateway.http.limit;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/** Limits the memory of answers that may be large: of what they are made from, and of the answers themselves until their callers have read them. */
@ApplicationScoped
public class UnreadAnswers {

    private static final long MAX_BYTES = 32L << 20;
    private static final int RETRY_SECONDS = 1;

    private final Held held = new Held(Held.ANY_NUMBER, MAX_BYTES);

    /** The share of the answer to a request, to be used on its event loop. It ends when the caller has read the whole answer, or has gone. */
    public Held.Share of(RoutingContext context) {
        Held.Share share = held.share();
        WhenTaken.run(context, share::end);
        return share;
    }

    /**
     * The problem where there is no room.
     *
     * @param what what that means for the caller
     */
    public static HttpProblem full(String what) {
        return HttpProblem.retryable(Status.SERVICE_UNAVAILABLE, ReturnCode.QUEUE_SIZE, what, RETRY_SECONDS);
    }

    /** Bytes that are counted now. */
    public long bytes() {
        return held.bytes();
    }
}
