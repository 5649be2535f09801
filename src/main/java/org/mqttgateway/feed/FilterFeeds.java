package org.mqttgateway.feed;

import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.connector.ReceivingSessions;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The feeds of the topic filters that have listeners. A filter is subscribed when its first listener comes, all streams with an equal filter share its subscription, and it stays subscribed for a
 * while after the last one, so that a listener that comes back misses nothing.
 */
@ApplicationScoped
class FilterFeeds {

    /** Most bytes of the messages that the feeds of all filters together hold, and of those that wait until they have them. */
    private static final long FEED_BYTES = 24 << 20;

    private static final long WAITING_BYTES = 32 << 20;

    /** Most bytes of the references to them that feeds of several filters hold. */
    private static final long JOINT_BYTES = 8 << 20;

    /** How often it is looked for what nobody wants to be kept any more. */
    private static final long LOOK_MILLIS = 1_000;

    private final Vertx vertx;
    private final ReceivingSessions sessions;
    private final GatewaySettings settings;
    private final Shares shares;

    /** Guarded by this. */
    private final Kept<FeedRequest.Filter, FilterFeed> open =
            new Kept<>(FilterFeed::filter, feed -> feed.audience().isEmpty());

    /** Those of several filters, each of which is open. Guarded by this. */
    private final Kept<List<FeedRequest.Filter>, JointFeed> joint = new Kept<>(JointFeed::filters, JointFeed::isUnused);

    private boolean looking;
    private boolean ended;

    FilterFeeds(Vertx vertx, ReceivingSessions sessions, GatewaySettings settings, TooMany tooMany) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.settings = settings;
        this.shares = new Shares(
                tooMany,
                "different filters that may be listened to (mqtt.subscribe.max-filters)",
                "end your listeners of one of them",
                Feeds.RETRY_SECONDS,
                settings.subscribe().maxFilters());
    }

    /**
     * Counts a listener in, and subscribes each of its filters that is not subscribed yet. Each call that returns must be followed by a
     * {@link #release}.
     *
     * @param filters at least one, all different
     * @throws HttpProblem 429 if the caller listens to too many filters; 503 if too many different filters are open
     */
    synchronized JointFeed acquire(List<FeedRequest.Filter> filters, Caller caller) {
        List<FilterFeed> sources = new ArrayList<>(filters.size());
        try {
            int more = 0;
            for (FeedRequest.Filter filter : filters) {
                FilterFeed known = open.get(filter);
                FilterFeed source = known == null ? unopened(filter) : known;
                source.audience().enter(caller);
                sources.add(source);
                more += known == null ? 1 : 0;
            }
            makeRoom(more);
        } catch (HttpProblem refusal) {
            sources.forEach(source -> source.audience().leave(caller));
            throw refusal;
        }
        sources.stream().filter(source -> !open.contains(source)).forEach(this::open);
        JointFeed feed = sources.size() == 1 ? JointFeed.of(sources.get(0)) : join(filters, sources);
        feed.enter();
        return feed;
    }

    private FilterFeed unopened(FeedRequest.Filter filter) {
        return new FilterFeed(
                filter,
                sessions.forFilter(filter.topics(), filter.qos()),
                new Feed(vertx, settings.feed().replay(), settings.feed().buffer()),
                new Audience(shares));
    }

    /** Ends as many filters as must be, those that have been without a listener for longest first. */
    private void makeRoom(int more) {
        int tooMany = open.size() + more - settings.subscribe().maxFilters();
        List<FilterFeed> unused = open.unused();
        if (tooMany > unused.size()) {
            throw HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE,
                    ReturnCode.QUEUE_SIZE,
                    "too many different filters are listened to (mqtt.subscribe.max-filters); try again later",
                    Feeds.RETRY_SECONDS);
        }
        if (tooMany > 0) {
            unused.subList(0, tooMany).forEach(this::close);
        }
    }

    private void open(FilterFeed source) {
        open.add(source);
        source.open(() -> close(source));
        shareOut();
        look();
    }

    private JointFeed join(List<FeedRequest.Filter> filters, List<FilterFeed> sources) {
        JointFeed known = joint.get(filters);
        if (known != null) {
            return known;
        }
        // There are not more with a listener than listeners.
        if (joint.size() >= settings.feed().maxClients()) {
            joint.unused().stream().findFirst().ifPresent(this::closeJoint);
        }
        int replay = settings.feed().replay();
        Feed feed = Feed.ofReferences(vertx, replay, settings.feed().buffer());
        JointFeed joined = JointFeed.of(sources, feed, replay);
        joint.add(joined);
        shareOut();
        return joined;
    }

    /** Each may hold as much as every other one. The fewer there are, the more has each. */
    private void shareOut() {
        List<FilterFeed> all = open.all();
        all.forEach(each -> each.limitTo(FEED_BYTES / all.size(), WAITING_BYTES / all.size()));
        List<JointFeed> ofSeveral = joint.all();
        ofSeveral.forEach(each -> each.feed().limitTo(JOINT_BYTES / ofSeveral.size()));
    }

    /** The filter is not open any more, and neither is a feed that needs it: it would miss messages. */
    private synchronized void close(FilterFeed source) {
        if (open.remove(source)) {
            source.close();
            joint.all().stream().filter(each -> each.sources().contains(source)).forEach(this::closeJoint);
            shareOut();
        }
    }

    private void closeJoint(JointFeed feed) {
        if (joint.remove(feed)) {
            feed.close();
        }
    }

    /**
     * Counts a listener out.
     *
     * @param keepMillis how long the filters stay subscribed if nobody else listens; with 0 one is ended at once, unless somebody else wants it to be kept
     */
    synchronized void release(JointFeed feed, Caller caller, long keepMillis) {
        feed.leave();
        joint.left(feed, keepMillis);
        if (joint.isOver(feed)) {
            closeJoint(feed);
        }
        for (FilterFeed source : feed.sources()) {
            source.audience().leave(caller);
            open.left(source, keepMillis);
            if (open.isOver(source) || ended && source.audience().isEmpty()) {
                close(source);
            }
        }
    }

    /** One timer for all: one for each listener that has left would be held for as long as what it has left is kept, and they come by thousands. */
    private void look() {
        if (!looking && open.size() > 0) {
            looking = true;
            vertx.setTimer(LOOK_MILLIS, id -> closeOver());
        }
    }

    private synchronized void closeOver() {
        joint.over().forEach(this::closeJoint);
        open.over().forEach(this::close);
        looking = false;
        look();
    }

    /** Ends every listener of every filter, and every subscription without a listener. May be called from any thread. */
    synchronized void end() {
        ended = true;
        joint.all().forEach(each -> each.feed().end());
        for (FilterFeed source : open.all()) {
            source.feed().end();
            if (source.audience().isEmpty()) {
                close(source);
            }
        }
    }
}
