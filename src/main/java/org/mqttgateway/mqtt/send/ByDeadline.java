package org.mqttgateway.mqtt.send;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of messages by deadline. It costs nothing to add one whose deadline comes last, nor to remove one from the middle: the messages themselves
 * are linked.
 */
final class ByDeadline {

    private OutgoingPublish eldest;
    private OutgoingPublish newest;
    private int size;

    int size() {
        return size;
    }

    /** The one whose deadline comes first; null if there is none. */
    OutgoingPublish eldest() {
        return eldest;
    }

    /** A copy of the list. */
    List<OutgoingPublish> all() {
        List<OutgoingPublish> all = new ArrayList<>(size);
        for (OutgoingPublish publish = eldest; publish != null; publish = publish.after) {
            all.add(publish);
        }
        return all;
    }

    void add(OutgoingPublish publish) {
        OutgoingPublish elder = newest;
        while (elder != null && elder.deadline - publish.deadline > 0) {
            elder = elder.before;
        }
        OutgoingPublish younger = elder == null ? eldest : elder.after;
        publish.before = elder;
        publish.after = younger;
        if (elder == null) {
            eldest = publish;
        } else {
            elder.after = publish;
        }
        if (younger == null) {
            newest = publish;
        } else {
            younger.before = publish;
        }
        size++;
    }

    /** The message must be in the list. */
    void remove(OutgoingPublish publish) {
        if (publish.before == null) {
            eldest = publish.after;
        } else {
            publish.before.after = publish.after;
        }
        if (publish.after == null) {
            newest = publish.before;
        } else {
            publish.after.before = publish.before;
        }
        publish.before = null;
        publish.after = null;
        size--;
    }
}
