package org.mqttgateway.mqtt.send;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The publishes of one connection that the broker has not confirmed, in the order in which they were sent, and their Packet Identifiers
 * (section 2.2.1). An identifier is not given to another message while the broker still owes an answer for it, even if its first message
 * has failed meanwhile: a late PUBACK must not confirm another message.
 */
public final class InFlight {

    private static final int MAX_PACKET_ID = 65_535;

    /** A broker that leaves more identifiers than this unanswered is out of order. A new connection frees them. */
    private static final int MAX_ABANDONED = 10_000;

    /** Takes the place of a publish that has failed but for which the broker still owes an answer. */
    private enum Abandoned {
        /** The answer would come on the same connection, or never. */
        QOS_1,
        /** The broker keeps the identifier as long as the session, until PUBREL. */
        QOS_2,
        /** PUBREL was sent. */
        RELEASED,
        /** The broker has closed the connection on the message. To release it would deliver it, if the broker has it after all. */
        REFUSED
    }

    /**
     * A publish or an {@link Abandoned}, by Packet Identifier. A map with open addressing would be slow here: consecutive identifiers fill
     * neighbouring slots, and each removal would walk through all of them.
     */
    private final Map<Integer, Object> byId = new HashMap<>();

    private OutgoingPublish eldest;
    private OutgoingPublish newest;
    private int lastId;
    private int size;
    private int identified;
    private int abandoned;

    /** How many publishes are sent and not confirmed. */
    int size() {
        return size;
    }

    /** The one that was sent first; null if there is none. */
    public OutgoingPublish eldest() {
        return eldest;
    }

    /** How many publishes count for the broker's Receive Maximum (section 4.9): those of QoS 1 and 2, including those that have failed. */
    public int owed() {
        return identified + abandoned;
    }

    /** Whether an identifier is free for the message, or the message needs none. */
    public boolean hasIdFor(OutgoingPublish publish) {
        return publish.packetId != 0 || publish.qos() == MqttQoS.AT_MOST_ONCE || byId.size() < MAX_PACKET_ID;
    }

    /** Whether the broker owes so many answers for failed messages that only a new connection helps. */
    public boolean isClogged(int receiveMaximum) {
        return abandoned >= Math.min(receiveMaximum, MAX_ABANDONED);
    }

    /**
     * Adds a message that is about to be sent, and gives it an identifier if it needs one and has none. {@link #hasIdFor} must have
     * returned true.
     */
    public void add(OutgoingPublish publish) {
        if (publish.qos() != MqttQoS.AT_MOST_ONCE) {
            identified++;
            if (publish.packetId == 0) {
                publish.packetId = nextId();
                byId.put(publish.packetId, publish);
            }
        }
        publish.underWay = true;
        publish.before = newest;
        publish.after = null;
        if (newest == null) {
            eldest = publish;
        } else {
            newest.after = publish;
        }
        newest = publish;
        size++;
    }

    private int nextId() {
        do {
            lastId = lastId == MAX_PACKET_ID ? 1 : lastId + 1;
            // This loop ends, because hasIdFor has found that an identifier is free.
        } while (byId.containsKey(lastId));
        return lastId;
    }

    /** The message with this identifier; null if there is none, if it has failed, or if it still waits to be sent again. */
    OutgoingPublish get(int packetId) {
        return byId.get(packetId) instanceof OutgoingPublish publish && publish.underWay ? publish : null;
    }

    /** Removes a message that the broker has answered. */
    void remove(OutgoingPublish publish) {
        unlink(publish);
        forget(publish);
    }

    /** Gives back the identifier of a message that is not in flight. */
    public void forget(OutgoingPublish publish) {
        if (publish.packetId != 0) {
            byId.remove(publish.packetId);
            publish.packetId = 0;
        }
    }

    /** Removes a message that the broker has not answered yet. Its identifier stays taken. */
    public void abandon(OutgoingPublish publish) {
        unlink(publish);
        keepId(publish);
    }

    /** As {@link #abandon}, for a message that is not in flight: one of QoS 2 that waits to be sent again. */
    public void keepId(OutgoingPublish publish) {
        if (publish.packetId != 0) {
            Abandoned ofQos2 = publish.received ? Abandoned.RELEASED : Abandoned.QOS_2;
            byId.put(publish.packetId, publish.qos() == MqttQoS.EXACTLY_ONCE ? ofQos2 : Abandoned.QOS_1);
            publish.packetId = 0;
            abandoned++;
        }
    }

    /** As {@link #keepId}, for a message that the broker must not deliver, because its sender was told that it is refused. */
    public void refuse(OutgoingPublish publish) {
        if (publish.packetId != 0) {
            byId.put(publish.packetId, Abandoned.REFUSED);
            publish.packetId = 0;
            abandoned++;
        }
    }

    /** Frees the identifier of a message that has failed, because its answer came late. Returns false if no answer was owed. */
    boolean answered(int packetId) {
        if (!(byId.get(packetId) instanceof Abandoned)) {
            return false;
        }
        byId.remove(packetId);
        abandoned--;
        return true;
    }

    /**
     * The connection is lost. Returns the messages that were not confirmed, eldest first.
     *
     * @param keep whether the broker keeps the session, and with it the identifiers of QoS 2
     */
    public List<OutgoingPublish> clear(boolean keep) {
        List<OutgoingPublish> unconfirmed = new ArrayList<>(size);
        while (eldest != null) {
            OutgoingPublish publish = eldest;
            unlink(publish);
            unconfirmed.add(publish);
            if (!keep || publish.qos() != MqttQoS.EXACTLY_ONCE) {
                forget(publish);
            }
        }
        removeAbandoned(value -> value == Abandoned.QOS_1 || !keep);
        return unconfirmed;
    }

    /** The broker has no session any more: nothing is owed. */
    public void clearAbandoned() {
        removeAbandoned(value -> value instanceof Abandoned);
    }

    private void removeAbandoned(Predicate<Object> which) {
        int before = byId.size();
        byId.values().removeIf(value -> value instanceof Abandoned && which.test(value));
        abandoned -= before - byId.size();
    }

    /** The identifiers of QoS 2 that the broker may still keep for messages that have failed, each of them once. */
    List<Integer> toRelease() {
        List<Integer> ids = new ArrayList<>();
        byId.replaceAll((id, value) -> {
            if (value == Abandoned.QOS_2) {
                ids.add(id);
                return Abandoned.RELEASED;
            }
            return value;
        });
        return ids;
    }

    private void unlink(OutgoingPublish publish) {
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
        publish.underWay = false;
        size--;
        if (publish.qos() != MqttQoS.AT_MOST_ONCE) {
            identified--;
        }
    }
}
