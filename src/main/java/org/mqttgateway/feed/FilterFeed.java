package org.mqttgateway.feed;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response.Status;
import org.mqttgateway.connector.FilterSubscription;
import org.mqttgateway.connector.SubscriptionFailure;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/** The feed of a topic filter, with its subscription and those who listen. All but {@link #granted} is guarded by {@link FilterFeeds}. */
final class FilterFeed {

    private final FeedRequest.Filter filter;
    private final FilterSubscription subscription;
    private final Feed feed;
    private final Audience audience;

    /** Counts the listeners that came. A timer that ends an unused subscription sees by it that somebody has come in the meantime. */
    private long arrivals;

    FilterFeed(FeedRequest.Filter filter, FilterSubscription subscription, Feed feed, Audience audience) {
        this.filter = filter;
        this.subscription = subscription;
        this.feed = feed;
        this.audience = audience;
    }

    FeedRequest.Filter filter() {
        return filter;
    }

    FilterSubscription subscription() {
        return subscription;
    }

    Feed feed() {
        return feed;
    }

    Audience audience() {
        return audience;
    }

    void arrived() {
        arrivals++;
    }

    long arrivals() {
        return arrivals;
    }

    /**
     * Completes with the feed when the broker has granted the subscription. Fails with {@link HttpProblem}: 403 if the broker refuses,
     * 503 if it is away.
     */
    Uni<Feed> granted() {
        return subscription
                .granted()
                .map(granted -> feed)
                .onFailure(SubscriptionFailure.class)
                .transform(FilterFeed::toProblem);
    }

    private static HttpProblem toProblem(SubscriptionFailure failure) {
        return failure.isRefused()
                ? HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, failure.getMessage())
                : HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE, ReturnCode.NO_CONN, failure.getMessage(), Feeds.RETRY_SECONDS);
    }
}
