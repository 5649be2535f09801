package org.mqttgateway.mqtt.subscribe;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.session.Backoff;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.subscribe.Wish.Purpose;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * One subscription of a session (sections 3.8 and 3.9): how far it is, and what its listener, the status and the log say of it. {@link Subscriptions} decides when it is asked
 * for. Used on the event loop of the session, but for {@link #status} and {@link #isRefused}.
 */
public final class Subscription {

    /** How far it is. */
    public enum State {
        /** Not asked for on this connection: there is none, or it waits for its turn. */
        WANTED,
        /** SUBSCRIBE was sent, and the answer has not come. */
        ASKED,
        /** The broker has granted it. */
        GRANTED,
        /** The broker has refused it, in SUBACK or by closing the connection. */
        REFUSED,
        /** Nobody wants it any more. */
        ENDED
    }

    private static final Status NOT_SUBSCRIBED = new Status(false, "not subscribed yet");

    private final Wish wish;
    private final Purpose purpose;
    private final MqttSession session;
    private final Backoff backoff;

    private State state = State.WANTED;
    private ScheduledFuture<?> timer;

    /** Whether the broker has answered it before. */
    private boolean answered;

    /** Whether the session at the broker may have it. */
    private boolean known;

    /** The QoS that was granted in the session that the broker has now; negative if none was. */
    private int grantedQos = -1;

    private volatile Status status = NOT_SUBSCRIBED;

    /** The broker's latest answer in words, if it was no; otherwise null. */
    private volatile String refusal;

    /** A subscription that has not been asked for yet. */
    public Subscription(Wish wish, Purpose purpose, MqttSession session) {
        this.wish = wish;
        this.purpose = purpose;
        this.session = session;
        this.backoff = new Backoff(session.options().patience().retryMillis());
    }

    /** What is subscribed (section 4.7). */
    public TopicFilter filter() {
        return wish.filter();
    }

    MqttQoS qos() {
        return wish.qos();
    }

    Purpose purpose() {
        return purpose;
    }

    /** How far it is. */
    public State state() {
        return state;
    }

    /** Whether the broker has answered it before, so that it does not close the connection on it. */
    boolean wasAnswered() {
        return answered;
    }

    /** What readiness reports about it. May be called from any thread. */
    public Status status() {
        String reason = refusal;
        return reason == null ? status : new Status(false, reason);
    }

    /** Whether the broker has refused it, and has not granted it since. May be called from any thread. */
    public boolean isRefused() {
        return refusal != null;
    }

    /** Whether the session at the broker may have it, so that it must be unsubscribed. */
    boolean isKnown() {
        return known;
    }

    /** Whether it was granted in the session that the broker has now. */
    boolean isInSession() {
        return grantedQos >= 0;
    }

    String name() {
        return LogText.escape(wish.filter().text());
    }

    /** SUBSCRIBE has been written. {@code late} runs if the broker has not answered it in time. */
    void asked(Runnable late) {
        state = State.ASKED;
        known = true;
        restartClock(late);
    }

    /** The broker's time for its answer begins anew. */
    void restartClock(Runnable late) {
        schedule(session.options().patience().subackMillis(), late);
    }

    private void schedule(long millis, Runnable action) {
        stopClock();
        timer = session.loop().schedule(action, millis, TimeUnit.MILLISECONDS);
    }

    private void stopClock() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** The broker has granted it with this QoS. */
    void granted(int with) {
        stands(with);
        if (purpose == Purpose.CHANNEL && with < wish.qos().value()) {
            session.log()
                    .warn(
                            "Subscribed to %s with QoS %d only, QoS %d was asked for",
                            name(), with, wish.qos().value());
        } else if (purpose == Purpose.CHANNEL) {
            session.log().info("Subscribed to %s with QoS %d", name(), with);
        }
        wish.listener().subscribed();
    }

    /** The broker has kept the session in which it was granted. */
    void kept() {
        stands(grantedQos);
        wish.listener().subscribed();
    }

    private void stands(int with) {
        stopClock();
        state = State.GRANTED;
        answered = true;
        grantedQos = with;
        refusal = null;
        backoff.reset();
        status = new Status(true, "subscribed to " + name() + " with QoS " + with);
    }

    /**
     * The broker has answered SUBSCRIBE with a code that refuses it.
     *
     * @param again asks for it again, if it is a channel's
     */
    void refused(int code, Runnable again) {
        stopClock();
        answered = true;
        known = false;
        grantedQos = -1;
        Refusal given = Refusal.byCode(name(), code);
        if (purpose == Purpose.CHANNEL) {
            long delay = backoff.nextMillis();
            session.log()
                    .error("%s. Next attempt in %d ms", given.forLog(String.format(" (SUBACK 0x%02X)", code)), delay);
            schedule(delay, again);
        }
        refused(given);
    }

    /** The broker has closed the connection on it again and again. */
    void refusedByClosing() {
        refusedForGood(Refusal.byClosing(name()));
        if (purpose == Purpose.CHANNEL) {
            // It is asked for on each connection all the same. The refusal is told until the broker grants it.
            state = State.WANTED;
        }
    }

    /** Its SUBSCRIBE would be larger than what the broker takes. */
    void tooLarge(long maximumPacketSize) {
        refusedForGood(Refusal.tooLarge(name(), maximumPacketSize));
    }

    private void refusedForGood(Refusal given) {
        if (purpose == Purpose.CHANNEL) {
            session.log().error("%s", given.forLog(""));
        }
        refused(given);
    }

    private void refused(Refusal given) {
        state = State.REFUSED;
        refusal = given.reason();
        wish.listener().refused(given.reason());
    }

    /** The broker has closed the connection while this one was asked for. */
    void suspect() {
        answered = false;
        // If it is the cause, UNSUBSCRIBE would be another one.
        known = isInSession();
    }

    /** The connection is lost. */
    void lost() {
        stopClock();
        state = State.WANTED;
        status = new Status(false, "not subscribed: the connection was lost");
        wish.listener().lost();
    }

    /** The broker has no session any more in which it was. */
    void forgotten() {
        known = false;
        grantedQos = -1;
    }

    /** The broker cannot be reached any more, so its earlier answer does not count. */
    void unreachable() {
        refusal = null;
        status = NOT_SUBSCRIBED;
    }

    /** Nobody wants it any more. */
    void end() {
        stopClock();
        state = State.ENDED;
    }
}
