package org.mqttgateway.feed;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.http.HttpProblem;

/**
 * The feed of a stream: that of its filter or, if it has several, one of its own, which refers to what the feeds of the filters hold. A message that several filters match comes once: as it comes by
 * the first of them, so that the messages of one topic keep their order. While the connection of that one is lost, it comes by another: some of the moments of the loss and the return may come twice,
 * rather than not at all. Its listeners are guarded by {@link FilterFeeds}.
 */
final class JointFeed {

    /** How many messages that came before a feed of several filters was opened it has at most, or as many as a new listener gets. */
    private static final int EARLIER = 1_000;

    private final List<FilterFeed> sources;
    private final Feed feed;
    private int listeners;

    private JointFeed(List<FilterFeed> sources, Feed feed) {
        this.sources = sources;
        this.feed = feed;
    }

    /** That of one filter. */
    static JointFeed of(FilterFeed only) {
        return new JointFeed(List.of(only), only.feed());
    }

    /**
     * That of several. {@link #close} ends it.
     *
     * @param sources the feeds of the filters; one that joins a group of a shared subscription must come after all that do not
     * @param feed empty, for references
     * @param replay how many past messages a new listener gets first
     */
    static JointFeed of(List<FilterFeed> sources, Feed feed, int replay) {
        JointFeed joint = new JointFeed(sources, feed);
        joint.open(Math.max(replay, EARLIER / sources.size()));
        return joint;
    }

    /** What the filters' feeds hold comes first, and what they get meanwhile waits for it. */
    private synchronized void open(int most) {
        List<FeedEvent> held = new ArrayList<>();
        for (FilterFeed source : sources) {
            for (FeedEvent event : source.join(this, most)) {
                if (!comesBefore(source, event)) {
                    held.add(event);
                }
            }
        }
        // Those of one filter stay in their order.
        held.sort((one, other) -> Long.signum(one.arrivedNanos() - other.arrivedNanos()));
        held.forEach(feed::accept);
    }

    /** A message has come by a filter. Called by one thread at a time for each filter. */
    void accept(FilterFeed source, FeedEvent event) {
        if (!comesBefore(source, event)) {
            synchronized (this) {
                feed.accept(event);
            }
        }
    }

    /** Whether a message comes by a filter that is earlier in the list than this one. */
    private boolean comesBefore(FilterFeed source, FeedEvent event) {
        String topic = event.topic();
        if (topic == null || !source.filter().topics().matches(topic)) {
            // It is dropped already, and is counted as such; or the broker has changed the topic, so nobody knows
            // which other filters it takes it for.
            return false;
        }
        for (FilterFeed earlier : sources) {
            if (earlier == source) {
                return false;
            }
            // Of a shared subscription another member of its group may get the message.
            if (!earlier.filter().topics().isShared()
                    && earlier.filter().topics().matches(topic)
                    && earlier.openedNanos() - event.arrivedNanos() <= 0
                    && !earlier.isLost()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Completes with the feed when the broker has granted all subscriptions. Fails with {@link HttpProblem} as soon as one of them does: 403 if the broker
     * refuses it, 503 if it is away.
     */
    Uni<Feed> granted() {
        List<Uni<Void>> all = sources.stream().map(FilterFeed::granted).toList();
        return Uni.join().all(all).andFailFast().map(granted -> feed);
    }

    List<FeedRequest.Filter> filters() {
        return sources.stream().map(FilterFeed::filter).toList();
    }

    List<FilterFeed> sources() {
        return sources;
    }

    Feed feed() {
        return feed;
    }

    /** Whether nothing comes any more by one of the filters: the listeners that it had then have been ended, and so must be those that come later. */
    boolean hasEnded() {
        return sources.stream().anyMatch(FilterFeed::isClosed);
    }

    boolean isUnused() {
        return listeners == 0;
    }

    void enter() {
        listeners++;
    }

    void leave() {
        listeners--;
    }

    /** Ends its listeners; nothing comes any more. */
    void close() {
        sources.forEach(source -> source.leave(this));
        feed.end();
    }
}
