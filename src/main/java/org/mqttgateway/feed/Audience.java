package org.mqttgateway.feed;

import java.util.HashMap;
import java.util.Map;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.caller.Owner;
import org.mqttgateway.http.share.Shares;

/**
 * Those who listen to one filter. The filter counts once in the share of each of them, however many listeners they have there. Not thread-safe.
 */
final class Audience {

    private final Shares filters;
    private final Map<Owner, Presence> present = new HashMap<>();

    private static final class Presence {
        private final Shares.Place place;
        private int listeners;

        Presence(Shares.Place place) {
            this.place = place;
        }
    }

    /** @param filters the shares of the filters that may be open */
    Audience(Shares filters) {
        this.filters = filters;
    }

    /**
     * Counts a listener in.
     *
     * @throws HttpProblem 429 if its caller listens to too many other filters
     */
    void enter(Caller caller) {
        present.computeIfAbsent(caller.owner(), owner -> new Presence(filters.take(caller))).listeners++;
    }

    /** Counts a listener out. */
    void leave(Caller caller) {
        Presence presence = present.get(caller.owner());
        if (--presence.listeners == 0) {
            present.remove(caller.owner());
            presence.place.giveBack();
        }
    }

    boolean isEmpty() {
        return present.isEmpty();
    }
}
