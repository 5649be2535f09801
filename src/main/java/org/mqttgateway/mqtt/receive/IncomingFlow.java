package org.mqttgateway.mqtt.receive;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * The acknowledgements of the messages of QoS 1 and 2 that the broker has sent (sections 4.3.2 and 4.3.3). PUBACK and PUBREC leave after
 * the message was consumed, in the order in which the messages came (section 4.6). The state belongs to the session and outlives the
 * connection: a message that comes again while the consumer still has it is not consumed twice.
 */
public final class IncomingFlow {

    /**
     * How many messages the consumer may refuse on one connection. A refused message is never acknowledged, so it keeps a place of the
     * broker's window until a new connection frees it.
     */
    private static final int MAX_REFUSED = 10;

    /** As many as there are Packet Identifiers. Since CONNECT names no Receive Maximum, this is it (section 3.1.2.11.3). */
    private static final int MAX_UNACKNOWLEDGED = 65_535;

    /**
     * Messages that are not acknowledged yet, by Packet Identifier. In a map with open addressing each removal would walk through all
     * entries that follow.
     */
    private final Map<Integer, Acknowledgement> held = new HashMap<>();

    /** Messages that came on this connection and are not acknowledged yet, in their order. */
    private final Deque<Acknowledgement> order = new ArrayDeque<>();

    /** Packet Identifiers for which PUBREC was sent and PUBREL has not come. */
    private final BitSet awaitingPubrel = new BitSet();

    private MqttConnection connection;
    private int refused;

    /** @param sessionPresent whether the broker has kept the session; if not, no acknowledgement of it is owed any more */
    public void connected(MqttConnection opened, boolean sessionPresent) {
        connection = opened;
        refused = 0;
        order.clear();
        if (!sessionPresent) {
            held.clear();
            awaitingPubrel.clear();
        }
    }

    /**
     * Whether the message for which {@code owed} would be owed is new to the consumer. A message that is not new is acknowledged all the same.
     */
    boolean isNew(Acknowledgement owed, boolean dup) {
        int packetId = owed.packetId;
        Acknowledgement same = held.get(packetId);
        if (owed.qos == MqttQoS.EXACTLY_ONCE && awaitingPubrel.get(packetId)) {
            connection.write(Packets.pubrec(packetId));
            return false;
        }
        // A message that the consumer has refused is offered to it again. A message without DUP, or with another
        // content, is another one: the broker has used the identifier again (section 3.3.1.1).
        if (same == null
                || same.state == Acknowledgement.State.REFUSED
                || same.qos != owed.qos
                || same.content != owed.content
                || owed.qos == MqttQoS.AT_LEAST_ONCE && !dup) {
            return true;
        }
        if (same.connection != connection) {
            same.connection = connection;
            order.add(same);
            acknowledge();
        }
        return false;
    }

    /**
     * Adds the acknowledgement of a message. It is sent when the message has been consumed.
     *
     * @throws PacketException if so many are added already that the broker must have used an identifier again before its acknowledgement
     */
    public void add(Acknowledgement owed) {
        if (order.size() == MAX_UNACKNOWLEDGED) {
            throw new PacketException(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more unacknowledged messages than Receive Maximum allows");
        }
        owed.connection = connection;
        held.put(owed.packetId, owed);
        order.add(owed);
    }

    /** Acknowledges what has been consumed, up to the first message that has not. */
    public void acknowledge() {
        while (!order.isEmpty() && order.peek().state != Acknowledgement.State.HELD) {
            Acknowledgement owed = order.poll();
            // A refused message is removed too: when the broker sends it again, it counts as new.
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

    /** Whether so many messages were refused that the broker goes on delivering only on a new connection. */
    public boolean isClogged() {
        return refused >= MAX_REFUSED;
    }

    /**
     * Answers the PUBREL that ends a QoS 2 message. If this process does not know the message, an earlier process has received it; its flow
     * ends in the same way (section 4.3.3).
     */
    public void pubrel(MqttMessage packet) {
        int id = Packets.packetId(packet);
        boolean known = awaitingPubrel.get(id);
        awaitingPubrel.clear(id);
        connection.write(Packets.pubcomp(id, known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }
}
