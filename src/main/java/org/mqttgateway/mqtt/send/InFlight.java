package org.mqttgateway.mqtt.send;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mqttgateway.mqtt.send.OutgoingPublish.Stage;

/**
 * The publishes that the broker has not confirmed, and the Packet Identifiers of the session (section 2.2.1). An identifier is not given to
 * another message while the broker still owes an answer for it, even if its first message has failed meanwhile: a late PUBACK must not
 * confirm another message.
 */
public final class InFlight {

    private static final int MAX_PACKET_ID = 65_535;

    /**
     * Those that wait to be sent again too, by Packet Identifier. A map with open addressing would be slow here: consecutive identifiers
     * fill neighbouring slots, and each removal would walk through all of them.
     */
    private final Map<Integer, OutgoingPublish> byId = new HashMap<>();

    private final Abandoned abandoned = new Abandoned();

    private final ByDeadline underWay = new ByDeadline();
    private int lastId;
    private int counted;
    private long lastStored;

    /** How many publishes are sent and not confirmed. */
    public int size() {
        return underWay.size();
    }

    /** The one whose deadline comes first; null if there is none. */
    public OutgoingPublish eldest() {
        return underWay.eldest();
    }

    /** Whether no answer of the broker is due on this connection. */
    public boolean isIdle() {
        return underWay.size() == 0 && !abandoned.isUnderWay();
    }

    /**
     * How many publishes count for the broker's Receive Maximum (section 4.9): those of QoS 1 and 2 that were sent on this connection,
     * including those that have failed.
     */
    public int owed() {
        return counted + abandoned.counted();
    }

    /** Whether an identifier is free for the message, or the message needs none. */
    public boolean hasIdFor(OutgoingPublish publish) {
        return publish.packetId != 0
                || publish.qos() == MqttQoS.AT_MOST_ONCE
                || byId.size() + abandoned.size() < MAX_PACKET_ID;
    }

    /** Why only a new session helps: the broker owes too many answers for messages that have failed. Null if it does not. */
    public String clogged(int receiveMaximum, long now) {
        if (abandoned.counted() >= receiveMaximum && abandoned.isOverdue(now)) {
            return "the broker has not confirmed " + abandoned.counted()
                    + " publishes in time, and takes no more than that at once (Receive Maximum)";
        }
        return abandoned.size() >= Abandoned.MOST
                ? "the broker has not confirmed " + abandoned.size() + " publishes in time"
                : null;
    }

    /** Whether a session that is resumed can go on where it was. If not, the broker should forget it. */
    public boolean isResumable() {
        return abandoned.isComplete();
    }

    /**
     * Adds a message that is about to be sent, or whose PUBREL is, and gives it an identifier if it needs one and has none. {@link
     * #hasIdFor} must have returned true.
     *
     * @param now nanoseconds
     */
    public void add(OutgoingPublish publish, long now) {
        publish.sentAt = now;
        publish.probed = false;
        publish.stage = publish.isStored() ? Stage.RELEASED_AGAIN : Stage.SENT;
        if (publish.countsForReceiveMaximum()) {
            counted++;
        }
        if (publish.packetId == 0 && publish.qos() != MqttQoS.AT_MOST_ONCE) {
            publish.packetId = nextId();
            byId.put(publish.packetId, publish);
        }
        underWay.add(publish);
    }

    private int nextId() {
        do {
            lastId = lastId == MAX_PACKET_ID ? 1 : lastId + 1;
            // This loop ends, because hasIdFor has found that an identifier is free.
        } while (byId.containsKey(lastId) || abandoned.contains(lastId));
        return lastId;
    }

    /** The message with this identifier; null if there is none, if it has failed, or if it still waits to be sent again. */
    OutgoingPublish get(int packetId) {
        OutgoingPublish publish = byId.get(packetId);
        return publish != null && publish.stage.underWay ? publish : null;
    }

    /** PUBREC has come for a message that is under way. */
    void received(OutgoingPublish publish) {
        if (!publish.isStored()) {
            publish.stage = Stage.RELEASED;
            publish.stored = ++lastStored;
        }
    }

    /** Removes a message that the broker has answered. */
    void remove(OutgoingPublish publish) {
        unlink(publish, Stage.ENDED);
        forget(publish);
    }

    private void forget(OutgoingPublish publish) {
        if (publish.packetId != 0) {
            byId.remove(publish.packetId);
            publish.packetId = 0;
        }
    }

    /**
     * A message fails before the broker has answered it; it may have been sent or not. If the broker may know its identifier, that stays taken.
     *
     * @param refused whether its sender is told that the broker does not have it, so that nothing more is sent for it
     */
    public void end(OutgoingPublish publish, boolean refused) {
        int id = publish.packetId;
        if (publish.hasEnded() && abandoned.get(id) != publish) {
            return;
        }
        if (id != 0 && refused && publish.qos() == MqttQoS.EXACTLY_ONCE) {
            abandoned.refuse(publish);
        } else if (id != 0 && !refused) {
            abandoned.add(publish);
        } else {
            abandoned.answered(id);
        }
        byId.remove(id);
        if (publish.stage.underWay) {
            unlink(publish, Stage.ENDED);
        }
        publish.stage = Stage.ENDED;
    }

    /** Frees the identifier of a message that has failed, because its answer came late. Returns false if no answer was owed. */
    boolean answered(int packetId) {
        return abandoned.answered(packetId);
    }

    /** The message that has failed before its answer came; null if it is not known. */
    OutgoingPublish late(int packetId) {
        return abandoned.get(packetId);
    }

    /** PUBREC has come for a message that is not under way. Returns whether PUBREL should follow. */
    boolean received(int packetId) {
        if (abandoned.contains(packetId)) {
            return abandoned.received(packetId, ++lastStored);
        }
        return !byId.containsKey(packetId);
    }

    /** The messages of QoS 0 to 2 for which the broker may have closed the connection: those that it has neither confirmed nor stored. */
    List<OutgoingPublish> unanswered() {
        List<OutgoingPublish> unanswered = new ArrayList<>(abandoned.underWay());
        underWay.all().stream().filter(publish -> !publish.isStored()).forEach(unanswered::add);
        return unanswered;
    }

    /** Whether the broker owes an answer to PUBREL, or to a message that is no longer known. */
    boolean owesOthers() {
        return abandoned.othersUnderWay() || underWay.all().stream().anyMatch(OutgoingPublish::isStored);
    }

    /**
     * The connection is lost. Returns the messages that were not confirmed, in the order in which they were sent.
     *
     * @param keep whether the broker may keep the session, and with it the identifiers
     */
    public List<OutgoingPublish> lost(boolean keep) {
        List<OutgoingPublish> unconfirmed = underWay.all();
        unconfirmed.forEach(publish -> unlink(publish, publish.isStored() ? Stage.STORED : Stage.LOST));
        unconfirmed.sort(Comparator.comparingLong(publish -> publish.number));
        abandoned.lost();
        if (!keep) {
            sessionLost();
        }
        return unconfirmed;
    }

    /** The broker has no session any more: no identifier is taken, and nothing is owed. Nothing may be under way. */
    public void sessionLost() {
        byId.values().forEach(publish -> publish.packetId = 0);
        byId.clear();
        abandoned.clear();
    }

    /** The messages that have failed and whose PUBLISH must be sent again in a session that is resumed, eldest first. */
    public List<OutgoingPublish> abandoned() {
        return abandoned.unanswered();
    }

    /** The PUBLISH of a message that has failed is about to be sent again. Returns false if it need not be any more. */
    public boolean sendAgain(OutgoingPublish publish, long now) {
        return abandoned.sendAgain(publish, now);
    }

    /** The identifiers for which PUBREL must be sent again in a session that is resumed, in the order of their PUBRECs. */
    List<Integer> toRelease() {
        SortedMap<Long, Integer> ids = new TreeMap<>();
        underWay.all().stream()
                .filter(OutgoingPublish::isStored)
                .forEach(publish -> ids.put(publish.stored, publish.packetId));
        abandoned.release(ids::put);
        return List.copyOf(ids.values());
    }

    private void unlink(OutgoingPublish publish, Stage next) {
        if (publish.countsForReceiveMaximum()) {
            counted--;
        }
        underWay.remove(publish);
        publish.stage = next;
    }
}
