package org.mqttgateway.mqtt.send;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.session.SessionLog;
import org.mqttgateway.mqtt.transport.MqttConnection;

/** Sends a publish and handles the broker's answers to it, by QoS (section 4.3). */
public final class OutgoingFlow {

    /** Learns of each message that the broker has answered, before the message itself does. */
    public interface Answers {

        /** PUBREC has come: the broker has the QoS 2 message. */
        void received(OutgoingPublish publish);

        /** @param refused whether the broker's answer is a failure */
        void ended(OutgoingPublish publish, boolean refused);
    }

    private final InFlight inFlight;
    private final SessionLog log;
    private final Answers answers;
    private MqttConnection connection;
    private boolean downgradeSaid;

    /** The flow of the messages that are in {@code inFlight}. */
    public OutgoingFlow(InFlight inFlight, SessionLog log, Answers answers) {
        this.inFlight = inFlight;
        this.log = log;
        this.answers = answers;
    }

    /** From now on packets go to this connection. */
    public void connected(MqttConnection opened) {
        connection = opened;
        downgradeSaid = false;
    }

    /**
     * Sends a message that is in flight.
     *
     * @param again whether the message may have been sent before; then DUP is set (section 3.3.1.1), or PUBREL is sent if the broker has
     *     the message already
     */
    public void send(OutgoingPublish publish, boolean again) {
        if (publish.qos() == MqttQoS.AT_MOST_ONCE) {
            connection.write(Packets.publish(publish, 0, false), () -> written(publish));
        } else if (publish.received) {
            publish.releasedBefore = true;
            connection.write(Packets.pubrel(publish.packetId));
        } else {
            connection.write(Packets.publish(publish, publish.packetId, again));
        }
    }

    /**
     * Ends the QoS 2 flows of messages that have failed, in a session that the broker has kept. Nobody waits for those messages, but the
     * broker still keeps their identifiers.
     */
    public void releaseAbandoned() {
        inFlight.toRelease().forEach(id -> connection.write(Packets.pubrel(id)));
    }

    private void written(OutgoingPublish publish) {
        // If the connection has ended meanwhile, the message waits to be sent again.
        if (publish.underWay) {
            confirm(publish, ReasonCode.SUCCESS);
        }
    }

    /** Handles the broker's answer to a publish: PUBACK, PUBREC or PUBCOMP. */
    public void received(MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case PUBACK -> puback(packet);
            case PUBREC -> pubrec(packet);
            case PUBCOMP -> pubcomp(packet);
            default -> throw PacketException.unexpected(packet.fixedHeader().messageType());
        }
    }

    private void puback(MqttMessage packet) {
        OutgoingPublish publish = find(packet);
        if (publish == null) {
            return;
        }
        if (publish.qos() == MqttQoS.EXACTLY_ONCE && !downgradeSaid) {
            downgradeSaid = true;
            log.warn(
                    "The broker confirms QoS 2 messages as it does those of QoS 1 (PUBACK): they may be delivered twice");
        }
        answered(publish, packet);
    }

    private void pubrec(MqttMessage packet) {
        int id = Packets.packetId(packet);
        OutgoingPublish publish = inFlight.get(id);
        if (publish == null || publish.qos() != MqttQoS.EXACTLY_ONCE) {
            unknown(id, packet);
        } else if (ReasonCode.isFailure(Packets.reasonCode(packet))) {
            answered(publish, packet);
        } else {
            publish.received = true;
            publish.reasonCode = Packets.reasonCode(packet);
            answers.received(publish);
            connection.write(Packets.pubrel(id));
        }
    }

    /** Handles the PUBREC of a message that has failed here. The end of its flow frees the identifier. */
    private void unknown(int id, MqttMessage pubrec) {
        if (ReasonCode.isFailure(Packets.reasonCode(pubrec))) {
            inFlight.answered(id);
        } else {
            connection.write(Packets.pubrel(id));
        }
    }

    private void pubcomp(MqttMessage packet) {
        OutgoingPublish publish = find(packet);
        if (publish == null || !publish.received) {
            return;
        }
        if (publish.releasedBefore && Packets.reasonCode(packet) == ReasonCode.PACKET_IDENTIFIER_NOT_FOUND) {
            // After a reconnection this is no error (section 3.7.2.1): the PUBCOMP for the earlier PUBREL was lost.
            confirm(publish, publish.reasonCode);
        } else {
            answered(publish, packet);
        }
    }

    private OutgoingPublish find(MqttMessage packet) {
        int id = Packets.packetId(packet);
        OutgoingPublish publish = inFlight.get(id);
        if (publish == null) {
            inFlight.answered(id);
        }
        return publish;
    }

    private void answered(OutgoingPublish publish, MqttMessage packet) {
        int code = Packets.reasonCode(packet);
        if (ReasonCode.isFailure(code)) {
            inFlight.remove(publish);
            answers.ended(publish, true);
            publish.failed(PublishFailure.refused(code, Packets.reasonString(packet)));
        } else {
            confirm(publish, code == ReasonCode.SUCCESS ? publish.reasonCode : code);
        }
    }

    private void confirm(OutgoingPublish publish, int code) {
        inFlight.remove(publish);
        answers.ended(publish, false);
        publish.confirmed(code);
    }
}
