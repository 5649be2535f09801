package org.mqttgateway.mqtt.send;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.SessionHandler.Loss;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * What a session publishes, from a message's acceptance to its outcome: it waits, is {@link InFlight}, and is confirmed or fails. Decides which message
 * is sent when. Used on the event loop of the session.
 */
public final class Outbox {

    private final MqttSession session;
    private final SendQueue waiting = new SendQueue();
    private final InFlight inFlight = new InFlight();
    private final Suspects suspects;
    private final Pace pace;
    private final Places places;
    private final Failures failures;
    private final OutgoingFlow flow;
    private final Deadlines deadlines;
    private MqttConnection connection;
    private ServerLimits limits;
    private boolean confirmedAny;

    /** @param clock of nanoseconds, also for the messages */
    public Outbox(MqttSession session, SendWindow window, LongSupplier clock) {
        this.session = session;
        this.suspects = new Suspects(clock);
        this.pace = new Pace(clock.getAsLong());
        this.places = new Places(window, session.loop(), this::send);
        this.failures = new Failures(session, inFlight, suspects, places);
        this.flow = new OutgoingFlow(inFlight, session.log(), new Answers());
        this.deadlines = new Deadlines(session, inFlight, waiting, suspects, failures::late, this::send);
    }

    /** Adds a message. {@link #send} sends it. */
    public void add(OutgoingPublish publish) {
        waiting.add(publish);
    }

    /** A connection has begun. */
    public void connected(MqttConnection opened, ServerLimits serverLimits, boolean sessionPresent) {
        connection = opened;
        limits = serverLimits;
        confirmedAny = false;
        flow.connected(opened);
        if (!sessionPresent) {
            sessionLost();
        }
        if (suspects.found() != null) {
            failures.found();
        }
        if (!suspects.connected()) {
            session.startAnew("the broker closes the connection on PUBREL");
            return;
        }
        if (sessionPresent) {
            resume();
        }
        send();
    }

    /**
     * The broker has kept the session (section 4.4). What it has already goes first, and waits neither for its Receive Maximum nor for a place
     * in the window (section 4.9).
     */
    private void resume() {
        for (OutgoingPublish publish : waiting.take(OutgoingPublish::isStored)) {
            places.take(publish);
            inFlight.add(publish, session.nanoTime());
        }
        flow.release();
        waiting.sendAgain(inFlight.abandoned());
    }

    /** Fails the QoS 2 messages that were sent in a session that the broker has forgotten: to send them again could deliver them twice. */
    private void sessionLost() {
        inFlight.sessionLost();
        waiting.sendAgain(List.of());
        waiting.take(publish -> publish.qos() == MqttQoS.EXACTLY_ONCE && publish.wasSent())
                .forEach(
                        publish -> failures.fail(
                                publish,
                                new PublishFailure(
                                        Reason.OUTCOME_UNKNOWN,
                                        "the connection was lost before the broker confirmed the QoS 2 message, which is never sent twice")));
    }

    /** A packet has come that is an answer to a publish. */
    public void received(MqttMessage packet) {
        flow.received(packet);
        send();
    }

    /**
     * The connection is lost.
     *
     * @param resumable whether the broker may keep the session
     */
    public void lost(Loss loss, boolean resumable) {
        connection = null;
        if (loss.isForTooMuch()) {
            slowDown();
        }
        suspects.lost(inFlight, loss);
        List<OutgoingPublish> unconfirmed = inFlight.lost(resumable);
        unconfirmed.forEach(places::giveBack);
        waiting.putBack(unconfirmed.stream()
                .filter(publish -> publish != suspects.found())
                .toList());
        if (!resumable) {
            sessionLost();
        } else if (!inFlight.isResumable()) {
            session.forget();
        }
    }

    /** The version of the connection. */
    public MqttVersion version() {
        return connection.version();
    }

    /** Whether it is known for which message the broker has closed the connection. */
    public boolean hasFound() {
        return suspects.found() != null;
    }

    /** Whether the broker has confirmed a message on this connection, or on the last one. */
    public boolean hasConfirmed() {
        return confirmedAny;
    }

    /** Whether any message is sent and not confirmed. */
    public boolean isUnderWay() {
        return inFlight.size() > 0;
    }

    /** An attempt to connect has failed. */
    public void unreachable() {
        OutgoingPublish innocent = suspects.unreachable();
        if (innocent != null && !innocent.hasEnded()) {
            waiting.putBack(List.of(innocent));
        }
    }

    private void slowDown() {
        int most = pace.slowDown(session.nanoTime());
        session.log()
                .warn(
                        "%s sends at most %d publishes a second from now on, because the broker takes no more",
                        LogText.escape(session.options().clientId()), most);
    }

    /** Sends what may be sent now. */
    public void send() {
        long now = session.nanoTime();
        boolean wait = false;
        while (!wait && connection != null && connection.isOpen() && waiting.peek() != null) {
            OutgoingPublish next = waiting.peek();
            String clogged = inFlight.clogged(limits.receiveMaximum(), now);
            PublishFailure refusal = refusal(next);
            if (refusal != null) {
                failures.fail(waiting.poll(), refusal);
            } else if (clogged != null) {
                session.startAnew(clogged);
            } else if (maySend(next, now)) {
                send(waiting.poll(), now);
            } else {
                wait = true;
            }
        }
        deadlines.watch(wait ? retryNanos(now) : Long.MAX_VALUE);
    }

    private PublishFailure refusal(OutgoingPublish next) {
        int code = limits.refusal(next);
        if (code != ReasonCode.SUCCESS) {
            return PublishFailure.refused(code, null);
        }
        return next.needsProperties() && connection.version() != MqttVersion.MQTT_5
                ? new PublishFailure(
                        next.wasSent() ? Reason.OUTCOME_UNKNOWN : Reason.NO_PROPERTIES,
                        "the broker speaks MQTT 3.1.1, which has no properties")
                : null;
    }

    private boolean maySend(OutgoingPublish next, long now) {
        return suspects.maySend(inFlight)
                && (next.qos() == MqttQoS.AT_MOST_ONCE
                        || inFlight.owed() < limits.receiveMaximum() && inFlight.hasIdFor(next))
                && pace.waitNanos(now, inFlight.size()) == 0
                && (next.hasEnded() || places.tryTake(next.weight()));
    }

    /** When {@link #maySend} must be asked again, though nothing has happened. */
    private long retryNanos(long now) {
        long suspicion =
                suspects.isSearching() ? TimeUnit.MILLISECONDS.toNanos(suspects.retryMillis()) : Long.MAX_VALUE;
        long slow = pace.waitNanos(now, inFlight.size());
        return slow == 0 ? suspicion : Math.min(slow, suspicion);
    }

    private void send(OutgoingPublish publish, long now) {
        boolean again = publish.wasSent();
        if (publish.hasEnded()) {
            if (!inFlight.sendAgain(publish, now)) {
                return;
            }
        } else {
            inFlight.add(publish, now);
            publish.sent();
        }
        suspects.sent(publish);
        flow.send(publish, again);
    }

    private final class Answers implements OutgoingFlow.Answers {

        @Override
        public void received(OutgoingPublish publish) {
            suspects.answered(publish, false);
        }

        @Override
        public void ended(OutgoingPublish publish, boolean refused) {
            confirmedAny = true;
            suspects.answered(publish, refused);
            pace.answered(session.nanoTime());
            places.giveBack(publish);
        }

        @Override
        public void late(OutgoingPublish publish) {
            suspects.answeredLate(publish);
        }
    }
}
