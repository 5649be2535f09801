package org.mqttgateway.mqtt.send;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The Packet Identifiers of messages whose senders have their outcome, while the broker may still know the messages. They are given to no other message
 * before the broker has answered, and in a session that is resumed the flow goes on (section 4.4): the broker would otherwise keep the identifiers, and
 * the places of its Receive Maximum, as long as the session. Eldest first.
 */
final class Abandoned {

    /** A broker that leaves more identifiers than this unanswered is out of order. */
    static final int MOST = 10_000;

    /** Most bytes of messages that are kept only to be sent again. */
    static final long MOST_BYTES = 2 << 20;

    private enum Flow {
        /** PUBLISH was sent, and nothing has come back. */
        UNANSWERED,
        /** PUBREC has come, and PUBCOMP has not. */
        STORED,
        /** The broker must not deliver the message, because its sender was told that it is refused. So nothing is sent any more. */
        REFUSED
    }

    private static final class Entry {

        Flow flow;

        /** To be sent again; null if that is not wanted or not possible. */
        OutgoingPublish publish;

        /** As {@link OutgoingPublish#stored}. */
        long stored;

        /** Whether an answer is due on this connection. */
        boolean underWay;

        /** Whether PUBLISH was sent on this connection, so that it takes a place of the Receive Maximum. */
        boolean counts;
    }

    private final Map<Integer, Entry> byId = new LinkedHashMap<>();
    private int counted;
    private long bytes;
    private boolean complete = true;

    /** Until when the answers to what was sent again on this connection may take; null if nothing was sent again. */
    private Long patientUntil;

    int size() {
        return byId.size();
    }

    /** How many take a place of the broker's Receive Maximum. */
    int counted() {
        return counted;
    }

    /** Whether the broker has had time to answer all of those. */
    boolean isOverdue(long now) {
        return patientUntil == null || now - patientUntil >= 0;
    }

    boolean contains(int packetId) {
        return byId.containsKey(packetId);
    }

    /** False if a message was not kept, so that a session that is resumed could not go on as it should. */
    boolean isComplete() {
        return complete;
    }

    /** The sender has its outcome before the broker has answered. */
    void add(OutgoingPublish publish) {
        Entry entry = entry(publish);
        if (publish.isStored()) {
            entry.flow = Flow.STORED;
        } else {
            entry.flow = Flow.UNANSWERED;
            if (bytes + publish.weight() <= MOST_BYTES) {
                entry.publish = publish;
                bytes += publish.weight();
            } else {
                complete = false;
            }
        }
    }

    /** The sender is told that the broker does not have the message. It may be here already. */
    void refuse(OutgoingPublish publish) {
        Entry before = byId.get(publish.packetId);
        if (before != null) {
            drop(before);
        }
        Entry entry = before != null ? before : entry(publish);
        entry.flow = Flow.REFUSED;
    }

    private Entry entry(OutgoingPublish publish) {
        Entry entry = new Entry();
        entry.stored = publish.stored;
        entry.underWay = publish.stage.underWay;
        entry.counts = publish.countsForReceiveMaximum();
        counted += entry.counts ? 1 : 0;
        byId.put(publish.packetId, entry);
        return entry;
    }

    /** The broker's last answer has come. Returns false if the identifier is not here. */
    boolean answered(int packetId) {
        Entry entry = byId.remove(packetId);
        if (entry == null) {
            return false;
        }
        counted -= entry.counts ? 1 : 0;
        drop(entry);
        return true;
    }

    /**
     * PUBREC has come.
     *
     * @param number as {@link OutgoingPublish#stored}
     * @return whether PUBREL should follow
     */
    boolean received(int packetId, long number) {
        Entry entry = byId.get(packetId);
        if (entry.flow == Flow.UNANSWERED) {
            entry.flow = Flow.STORED;
            entry.stored = number;
            drop(entry);
        }
        return entry.flow == Flow.STORED;
    }

    /** The message that is kept to be sent again; null if there is none. */
    OutgoingPublish get(int packetId) {
        Entry entry = byId.get(packetId);
        return entry == null ? null : entry.publish;
    }

    private void drop(Entry entry) {
        if (entry.publish != null) {
            bytes -= entry.publish.weight();
            entry.publish = null;
        }
    }

    private List<OutgoingPublish> publishes(Predicate<Entry> of) {
        return byId.values().stream()
                .filter(of)
                .map(entry -> entry.publish)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The messages for which the broker has not answered on this connection. */
    List<OutgoingPublish> underWay() {
        return publishes(entry -> entry.underWay);
    }

    /** Whether an answer is due on this connection to something else than {@link #underWay}. */
    boolean othersUnderWay() {
        return byId.values().stream().anyMatch(entry -> entry.underWay && entry.publish == null);
    }

    /** Whether any answer is due on this connection. */
    boolean isUnderWay() {
        return byId.values().stream().anyMatch(entry -> entry.underWay);
    }

    /** The connection is lost. */
    void lost() {
        byId.values().forEach(entry -> {
            entry.underWay = false;
            entry.counts = false;
        });
        counted = 0;
        patientUntil = null;
    }

    /** The broker has no session any more, so it knows nothing of them. */
    void clear() {
        byId.clear();
        counted = 0;
        bytes = 0;
        complete = true;
    }

    /** Those whose PUBLISH must be sent again in a session that is resumed. */
    List<OutgoingPublish> unanswered() {
        return publishes(entry -> true);
    }

    /** PUBLISH is about to be sent again. Returns false if it need not be any more. */
    boolean sendAgain(OutgoingPublish publish, long now) {
        Entry entry = byId.get(publish.packetId);
        if (entry == null || entry.publish != publish) {
            return false;
        }
        entry.underWay = true;
        entry.counts = true;
        counted++;
        patientUntil = now + publish.timeoutNanos();
        return true;
    }

    /** PUBREL is about to be sent again for those that are stored: gives each with its number and its identifier. */
    void release(BiConsumer<Long, Integer> each) {
        byId.forEach((id, entry) -> {
            if (entry.flow == Flow.STORED) {
                entry.underWay = true;
                each.accept(entry.stored, id);
            }
        });
    }
}
