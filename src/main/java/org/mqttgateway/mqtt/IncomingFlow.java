package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * What the broker is owed for the messages of QoS 1 and 2 that it has sent (sections 4.3.2 and 4.3.3). PUBACK and PUBREC leave after the
 * message was consumed, in the order in which the messages came (section 4.6). The state is the session's, so it outlives the connection:
 * what comes again while the consumer still has it is not consumed twice.
 */
final class IncomingFlow {

    /** So many refused messages are acknowledged never, and take that many places of the broker's: a new connection frees them. */
    private static final int MAX_REFUSED = 10;

    /** Not acknowledged yet, by Packet Identifier. With open addressing each removal would walk through all that follow it. */
    private final Map<Integer, Acknowledgement> held = new HashMap<>();

    /** Came on this connection, not acknowledged yet. */
    private final Deque<Acknowledgement> order = new ArrayDeque<>();

    /** PUBREC was sent, PUBREL has not come. */
    private final BitSet awaitingPubrel = new BitSet();

    private MqttConnection connection;
    private int refused;

    /** @param sessionPresent whether the broker has kept the session; if not, nothing of it is owed */
    void connected(MqttConnection opened, boolean sessionPresent) {
        connection = opened;
        refused = 0;
        order.clear();
        if (!sessionPresent) {
            held.clear();
            awaitingPubrel.clear();
        }
    }

    void lost() {
        connection = null;
    }

    /** Whether the message is new to the consumer. One that is not gets its acknowledgement all the same. */
    boolean isNew(MqttQoS qos, int packetId, boolean dup) {
        Acknowledgement same = held.get(packetId);
        if (qos == MqttQoS.EXACTLY_ONCE && awaitingPubrel.get(packetId)) {
            connection.write(Packets.pubrec(packetId));
            return false;
        }
        // What the consumer refused is for it to try again. Without DUP it is another message: the broker has given the
        // identifier away again (section 3.3.1.1).
        if (same == null
                || same.state == Acknowledgement.State.REFUSED
                || same.qos != qos
                || qos == MqttQoS.AT_LEAST_ONCE && !dup) {
            return true;
        }
        if (same.connection != connection) {
            same.connection = connection;
            order.add(same);
            acknowledge();
        }
        return false;
    }

    /** Takes on what is owed for a message; it is sent when its state says so. */
    void add(Acknowledgement owed) {
        owed.connection = connection;
        held.put(owed.packetId, owed);
        order.add(owed);
    }

    /** Acknowledges what has been consumed, up to the first message that has not. */
    void acknowledge() {
        while (!order.isEmpty() && order.peek().state != Acknowledgement.State.HELD) {
            Acknowledgement owed = order.poll();
            // Of a refused one too: its identifier is the broker's, and when it comes again it is new to the consumer.
            if (held.get(owed.packetId) == owed) {
                held.remove(owed.packetId);
            }
            if (owed.state == Acknowledgement.State.REFUSED) {
                refused++;
            } else if (owed.qos == MqttQoS.AT_LEAST_ONCE) {
                connection.write(Packets.puback(owed.packetId));
            } else {
                awaitingPubrel.set(owed.packetId);
                connection.write(Packets.pubrec(owed.packetId));
            }
        }
    }

    /** Whether so many messages were refused that only a new connection keeps the broker delivering. */
    boolean isClogged() {
        return refused >= MAX_REFUSED;
    }

    /** The end of a QoS 2 message. One that this process does not know was received by an earlier one: it is over as well (section 4.3.3). */
    void pubrel(MqttMessage packet) {
        int id = Packets.packetId(packet);
        boolean known = awaitingPubrel.get(id);
        awaitingPubrel.clear(id);
        connection.write(Packets.pubcomp(id, known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }
}
