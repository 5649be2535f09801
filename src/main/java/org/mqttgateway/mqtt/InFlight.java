package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The publishes of one connection that the broker has not confirmed, in the order in which they were sent, and the Packet Identifiers
 * (section 2.2.1). An identifier that the broker still owes an answer for is not given to another message, even when its own has failed
 * meanwhile: a late PUBACK must not confirm another message.
 */
final class InFlight {

    private static final int MAX_PACKET_ID = 65_535;

    /** So many unanswered identifiers are a broker that has lost its way; a new connection gives them back. */
    private static final int MAX_ABANDONED = 10_000;

    /** Stands for a publish that has failed and whose answer is still owed, by its QoS. */
    private enum Abandoned {
        /** The answer would come on the same connection, or never. */
        QOS_1,
        /** The broker keeps the identifier as long as the session, until PUBREL. */
        QOS_2,
        /** PUBREL was sent. It is not sent again: it may be what the broker closes the connection for. */
        RELEASED
    }

    /**
     * A publish, or {@link Abandoned}. No map with open addressing: consecutive identifiers are one run of full slots there, through which
     * each removal walks.
     */
    private final Map<Integer, Object> byId = new HashMap<>();

    private OutgoingPublish eldest;
    private OutgoingPublish newest;
    private int lastId;
    private int size;
    private int identified;
    private int abandoned;

    /** How many are sent and not confirmed. */
    int size() {
        return size;
    }

    OutgoingPublish eldest() {
        return eldest;
    }

    /** Those that count for the broker's Receive Maximum (section 4.9): QoS 1 and 2, failed ones included. */
    int owed() {
        return identified + abandoned;
    }

    /** Whether there is an identifier for the message, or it needs none. */
    boolean hasIdFor(OutgoingPublish publish) {
        return publish.packetId != 0 || publish.qos() == MqttQoS.AT_MOST_ONCE || byId.size() < MAX_PACKET_ID;
    }

    /** Whether the broker owes so many answers for failed messages that only a new connection helps. */
    boolean isClogged(int receiveMaximum) {
        return abandoned >= Math.min(receiveMaximum, MAX_ABANDONED);
    }

    /** Adds a message that is about to be sent, and gives it an identifier if it wants one and has none; {@link #hasIdFor} goes before. */
    void add(OutgoingPublish publish) {
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
            // Ends: see hasIdFor.
        } while (byId.containsKey(lastId));
        return lastId;
    }

    /** The message with this identifier; null if there is none, if it has failed, or if it still waits to be sent again. */
    OutgoingPublish get(int packetId) {
        return byId.get(packetId) instanceof OutgoingPublish publish && publish.underWay ? publish : null;
    }

    /** Takes a message out for which no answer is owed any more. */
    void remove(OutgoingPublish publish) {
        unlink(publish);
        forget(publish);
    }

    /** Gives back the identifier of a message that is not in flight. */
    void forget(OutgoingPublish publish) {
        if (publish.packetId != 0) {
            byId.remove(publish.packetId);
            publish.packetId = 0;
        }
    }

    /** Takes a message out although the broker owes its answer; that keeps its identifier. */
    void abandon(OutgoingPublish publish) {
        unlink(publish);
        keepId(publish);
    }

    /** As {@link #abandon}, for a message that is not in flight: one of QoS 2 that waits to be sent again. */
    void keepId(OutgoingPublish publish) {
        if (publish.packetId != 0) {
            Abandoned ofQos2 = publish.received ? Abandoned.RELEASED : Abandoned.QOS_2;
            byId.put(publish.packetId, publish.qos() == MqttQoS.EXACTLY_ONCE ? ofQos2 : Abandoned.QOS_1);
            publish.packetId = 0;
            abandoned++;
        }
    }

    /** An answer for an identifier whose message has failed; true if it was owed. */
    boolean answered(int packetId) {
        if (!(byId.get(packetId) instanceof Abandoned)) {
            return false;
        }
        byId.remove(packetId);
        abandoned--;
        return true;
    }

    /**
     * The connection is gone. Returns what was not confirmed, eldest first.
     *
     * @param keep whether the broker keeps the session, and with it the identifiers of QoS 2
     */
    List<OutgoingPublish> clear(boolean keep) {
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
    void clearAbandoned() {
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
