package org.mqttgateway.mqtt.send;

import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.SessionHandler;

/** Fails the messages of a session, and leaves nothing behind for them that others need: no place, no suspicion, no Packet Identifier. */
final class Failures {

    private final MqttSession session;
    private final InFlight inFlight;
    private final Suspects suspects;
    private final Places places;

    Failures(MqttSession session, InFlight inFlight, Suspects suspects, Places places) {
        this.session = session;
        this.inFlight = inFlight;
        this.suspects = suspects;
        this.places = places;
    }

    /** Fails a message, wherever it was. If it has failed already, only nothing more is sent for it. It must not wait any more. */
    void fail(OutgoingPublish publish, PublishFailure failure) {
        boolean told = publish.hasEnded();
        if (publish.isUnderWay()) {
            places.giveBack(publish);
        }
        suspects.forget(publish);
        inFlight.end(publish, failure.reason() == Reason.REFUSED);
        if (!told) {
            publish.failed(failure);
        }
    }

    /** The broker closes the connection on {@link Suspects#found}: it does not have the message, and never gets it. */
    void found() {
        SessionHandler.Loss loss = suspects.foundBy();
        fail(suspects.takeFound(), PublishFailure.closed(loss));
    }

    /** Fails a message whose deadline has passed. */
    void late(OutgoingPublish publish) {
        if (publish == suspects.found()) {
            found();
        } else {
            fail(publish, tooLate(publish));
        }
    }

    private PublishFailure tooLate(OutgoingPublish publish) {
        if (publish.isUnderWay()) {
            return new PublishFailure(Reason.OUTCOME_UNKNOWN, "the broker did not confirm the message in time");
        }
        if (publish.wasSent()) {
            return new PublishFailure(
                    Reason.OUTCOME_UNKNOWN, "the connection was lost before the broker confirmed the message");
        }
        return session.version() != null
                ? new PublishFailure(Reason.CONGESTED, "the broker took no more messages in time")
                : new PublishFailure(Reason.NOT_CONNECTED, session.notConnected());
    }
}
