package org.mqttgateway.mqtt.send;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.function.LongSupplier;
import org.mqttgateway.mqtt.session.Culprit;
import org.mqttgateway.mqtt.session.SessionHandler;

/**
 * Finds the message because of which a broker closes the connection, see {@link Culprit}. A message of QoS 0 gets no answer, so it may be
 * the cause until the broker has answered one that was sent after it: until then no other message is taken for the cause. A QoS 2 message that has its
 * PUBREC is stored and never the cause; if the broker closes on its PUBREL again and again, the session is of no use.
 */
public final class Suspects {

    /** So often in a row the broker closes with nothing but PUBRELs under way until the session is given up. */
    private static final int MOST_CLOSES_ON_PUBREL = 2;

    private final Culprit<OutgoingPublish> culprit;

    /** Messages that were sent, on all connections. The next two are such numbers. */
    private long sent;

    private long lastQos0;
    private long lastAnswered;
    private int closesOnPubrel;

    /** @param clock of nanoseconds */
    public Suspects(LongSupplier clock) {
        this.culprit = new Culprit<>(clock);
    }

    /** The next connection has begun. Returns whether the session is of use: if not, the broker must forget it. */
    public boolean connected() {
        culprit.connected();
        lastAnswered = sent;
        boolean useless = closesOnPubrel >= MOST_CLOSES_ON_PUBREL;
        if (useless) {
            closesOnPubrel = 0;
        }
        return !useless;
    }

    /** A message is about to be sent. */
    public void sent(OutgoingPublish publish) {
        publish.number = ++sent;
        if (publish.qos() == MqttQoS.AT_MOST_ONCE) {
            lastQos0 = sent;
        }
    }

    /** The broker has answered a message: with PUBACK, PUBREC or PUBCOMP. A QoS 0 message was written, which is no answer. */
    public void answered(OutgoingPublish publish, boolean refused) {
        if (publish.qos() == MqttQoS.AT_MOST_ONCE) {
            culprit.forget(publish);
        } else {
            lastAnswered = Math.max(lastAnswered, publish.number);
            closesOnPubrel = 0;
            culprit.answered(publish, refused);
        }
    }

    /** The broker has answered a message that has failed; null if it is not known which one that was. */
    public void answeredLate(OutgoingPublish publish) {
        closesOnPubrel = 0;
        if (publish != null) {
            answered(publish, false);
        }
    }

    /** A message has failed and will not be sent again. */
    public void forget(OutgoingPublish publish) {
        culprit.forget(publish);
    }

    /** As {@link Culprit#takeFound}. */
    public OutgoingPublish takeFound() {
        return culprit.takeFound();
    }

    /** As {@link Culprit#found}. */
    public OutgoingPublish found() {
        return culprit.found();
    }

    /** As {@link Culprit#foundBy}. */
    public SessionHandler.Loss foundBy() {
        return culprit.foundBy();
    }

    /** As {@link Culprit#maySend}. */
    public boolean maySend(InFlight inFlight) {
        return !culprit.isSearching() || culprit.maySend(inFlight.isIdle());
    }

    /** Whether {@link #maySend} must be asked, and must be asked again after {@link Culprit#retryMillis}. */
    public boolean isSearching() {
        return culprit.isSearching();
    }

    /** As {@link Culprit#retryMillis}. */
    public long retryMillis() {
        return culprit.retryMillis();
    }

    /** The connection is lost. Then one of the messages that were in flight may be {@link #found}. */
    public void lost(InFlight inFlight, SessionHandler.Loss loss) {
        List<OutgoingPublish> unanswered = inFlight.unanswered();
        boolean qos0 = lastQos0 > lastAnswered;
        boolean pubrel = inFlight.owesOthers();
        if (loss.mayBeForAMessage() && pubrel && unanswered.isEmpty() && !qos0) {
            closesOnPubrel++;
        }
        culprit.lost(unanswered, qos0 || pubrel, loss);
    }

    /** An attempt to connect has failed, see {@link Culprit#unreachable}. */
    public OutgoingPublish unreachable() {
        closesOnPubrel = 0;
        return culprit.unreachable();
    }
}
