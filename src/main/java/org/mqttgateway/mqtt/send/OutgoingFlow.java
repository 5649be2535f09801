package org.mqttgateway.mqtt.send;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.send.OutgoingPublish.Stage;
import org.mqttgateway.mqtt.session.SessionLog;
import org.mqttgateway.mqtt.transport.MqttConnection;

/** Sends a publish and handles the broker's answers to it, by QoS (section 4.3). */
public final class OutgoingFlow {

    /** Learns of each answer of the broker, before the message itself does. */
    public interface Answers {

        /** PUBREC has come: the broker has the QoS 2 message. */
        void received(OutgoingPublish publish);

        /**
         * The message has left {@link InFlight}.
         *
         * @param refused whether the broker's answer is a failure
         */
        void ended(OutgoingPublish publish, boolean refused);

        /** An answer for a message that has failed; null if it is not known which one that was. */
        void late(OutgoingPublish publish);
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
     * Sends the PUBLISH of a message that is in flight.
     *
     * @param again whether it may have been sent before; then DUP is set (section 3.3.1.1)
     */
    public void send(OutgoingPublish publish, boolean again) {
        if (publish.qos() == MqttQoS.AT_MOST_ONCE) {
            connection.write(Packets.publish(publish, 0, false), () -> written(publish));
        } else {
            connection.write(Packets.publish(publish, publish.packetId, again));
        }
    }

    /**
     * Sends PUBREL again in a session that the broker has kept, for each QoS 2 message that it has, also where nobody waits for the message
     * any more: the broker keeps the identifier until then (section 4.4).
     */
    public void release() {
        inFlight.toRelease().forEach(id -> connection.write(Packets.pubrel(id)));
    }

    private void written(OutgoingPublish publish) {
        // If the connection has ended meanwhile, the message waits to be sent again.
        if (publish.stage.underWay) {
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
        OutgoingPublish late = inFlight.late(id);
        if (publish != null && publish.qos() != MqttQoS.EXACTLY_ONCE) {
            // Its PUBACK is still due.
            return;
        }
        if (ReasonCode.isFailure(Packets.reasonCode(packet))) {
            publish = find(packet);
            if (publish != null) {
                answered(publish, packet);
            }
        } else if (publish != null) {
            inFlight.received(publish);
            publish.reasonCode = Packets.reasonCode(packet);
            answers.received(publish);
            connection.write(Packets.pubrel(id));
        } else if (inFlight.received(id)) {
            late(late, false);
            connection.write(Packets.pubrel(id));
        }
    }

    private void pubcomp(MqttMessage packet) {
        OutgoingPublish publish = find(packet);
        if (publish == null || !publish.isStored()) {
            return;
        }
        if (publish.stage == Stage.RELEASED_AGAIN
                && Packets.reasonCode(packet) == ReasonCode.PACKET_IDENTIFIER_NOT_FOUND) {
            // After a reconnection this is no error (section 3.7.2.1): the PUBCOMP for the earlier PUBREL was lost.
            confirm(publish, publish.reasonCode);
        } else {
            answered(publish, packet);
        }
    }

    /** The message that the broker answers; null if it has failed meanwhile, and then this was its last answer. */
    private OutgoingPublish find(MqttMessage packet) {
        int id = Packets.packetId(packet);
        OutgoingPublish publish = inFlight.get(id);
        if (publish == null) {
            OutgoingPublish late = inFlight.late(id);
            if (inFlight.answered(id)) {
                late(late, ReasonCode.isFailure(Packets.reasonCode(packet)));
            }
        }
        return publish;
    }

    private void late(OutgoingPublish publish, boolean refused) {
        answers.late(publish);
        if (publish != null && !refused) {
            publish.confirmedLate();
        }
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
