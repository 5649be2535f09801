package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The publishes of one connection that the broker has not confirmed, in the order in which they were sent. Packet ids are given by the
 * client and used again after 65,535 packets (MQTT 3.1.1 section 2.3.1), so an id that the broker still owes an answer for is remembered
 * even when its message has failed: a late PUBACK must not confirm another message.
 */
final class InFlight {

    /** So many packets after an unanswered one, its id is about to be used again. The difference to 65,535 is left for SUBSCRIBE and the like. */
    static final int ID_WINDOW = 65_000;

    private final int limit;
    private final long byteLimit;
    private final LinkedHashSet<PendingPublish> sent = new LinkedHashSet<>();
    private final Map<Integer, PendingPublish> byId = new HashMap<>();
    /** Packet ids of failed messages and the sequence of their publish, eldest first. */
    private final LinkedHashMap<Integer, Long> abandoned = new LinkedHashMap<>();

    /** Confirmations that overtook the news that their packet had been written; of a packet that was not sent there is none to keep. */
    private final Set<Integer> early = new HashSet<>();

    private int unwritten;
    private long bytes;
    private long sequence;

    InFlight(int limit, long byteLimit) {
        this.limit = limit;
        this.byteLimit = byteLimit;
    }

    int size() {
        return sent.size();
    }

    /** Whether one more may be sent: limited in number, in bytes (so that sockets do not hold what the outbox bounds) and by packet ids. */
    boolean hasRoom() {
        return sent.size() < limit && bytes < byteLimit && !isIdWindowFull();
    }

    private boolean isIdWindowFull() {
        long eldest = Long.MAX_VALUE;
        if (!sent.isEmpty()) {
            eldest = sent.iterator().next().sequence;
        }
        if (!abandoned.isEmpty()) {
            eldest = Math.min(eldest, abandoned.values().iterator().next());
        }
        return eldest != Long.MAX_VALUE && sequence - eldest >= ID_WINDOW;
    }

    /** Whether nothing can be sent because the broker owes an answer for a message that failed long ago: only a new connection helps. */
    boolean isBlockedByAbandoned() {
        return !abandoned.isEmpty() && sequence - abandoned.values().iterator().next() >= ID_WINDOW;
    }

    /** To be called before the packet is handed to the client. */
    void add(PendingPublish publish) {
        publish.sent = true;
        publish.packetId = 0;
        publish.sequence = ++sequence;
        sent.add(publish);
        unwritten++;
        bytes += publish.payload.length;
    }

    /** The packet was written; true if that, or a confirmation which was quicker, completes the publish. */
    boolean written(PendingPublish publish, int packetId) {
        boolean confirmed = publish.qos == MqttQoS.AT_MOST_ONCE || early.remove(packetId);
        if (--unwritten == 0) {
            early.clear();
        }
        if (confirmed) {
            return remove(publish);
        }
        if (sent.contains(publish)) {
            publish.packetId = packetId;
            byId.put(packetId, publish);
        } else {
            abandoned.put(packetId, publish.sequence);
        }
        return false;
    }

    /** The broker confirmed {@code packetId} (PUBACK or PUBCOMP); returns the message that this completes, or null. */
    PendingPublish confirmed(int packetId) {
        PendingPublish publish = byId.remove(packetId);
        if (publish != null) {
            remove(publish);
        } else if (abandoned.remove(packetId) == null && unwritten > 0) {
            early.add(packetId);
        }
        return publish;
    }

    /** Takes out the eldest message if its deadline has passed, else null. Its slot is free, its packet id is not. */
    PendingPublish expired(long now) {
        PendingPublish eldest = eldest();
        if (eldest == null || eldest.deadline - now > 0) {
            return null;
        }
        remove(eldest);
        if (eldest.packetId != 0) {
            byId.remove(eldest.packetId);
            abandoned.put(eldest.packetId, eldest.sequence);
        }
        return eldest;
    }

    PendingPublish eldest() {
        Iterator<PendingPublish> iterator = sent.iterator();
        return iterator.hasNext() ? iterator.next() : null;
    }

    /** The connection is gone and with it all its packet ids; returns what was not confirmed, eldest first. */
    List<PendingPublish> clear() {
        List<PendingPublish> unconfirmed = new ArrayList<>(sent);
        sent.clear();
        byId.clear();
        abandoned.clear();
        early.clear();
        unwritten = 0;
        bytes = 0;
        sequence = 0;
        return unconfirmed;
    }

    private boolean remove(PendingPublish publish) {
        boolean removed = sent.remove(publish);
        if (removed) {
            bytes -= publish.payload.length;
        }
        return removed;
    }
}
