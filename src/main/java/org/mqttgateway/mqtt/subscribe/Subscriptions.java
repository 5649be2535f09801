package org.mqttgateway.mqtt.subscribe;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.session.Culprit;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.SessionHandler;
import org.mqttgateway.mqtt.subscribe.Subscription.State;
import org.mqttgateway.mqtt.subscribe.Wish.Purpose;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * The present subscriptions of a session, and when each of them is asked for: all at once, as long as all goes well. If the broker closes the connection while one is asked for, one
 * of those that were asked for may be the cause. On the next connection what was granted before is asked for first; then those under suspicion one at a time, the eldest first; then
 * what is new. One on which the broker closes again then is refused, and the others go on. Used on the event loop of the session.
 */
public final class Subscriptions {

    private final MqttSession session;
    private final Map<TopicFilter, Subscription> byFilter = new LinkedHashMap<>();

    private final Asked asked;
    private final Culprit<Subscription> culprit;
    private final RecentRefusals refusals;
    private final AwayUnsubscribes away = new AwayUnsubscribes();

    private ScheduledFuture<?> retry;

    /** The subscriptions of this session. */
    public Subscriptions(MqttSession session) {
        this.session = session;
        this.asked = new Asked(session);
        this.culprit = new Culprit<>(session::nanoTime);
        this.refusals = new RecentRefusals(session::nanoTime);
    }

    /** Adds one, which replaces one with the same filter, and asks for it as soon as it is its turn. */
    public void add(Subscription subscription) {
        TopicFilter filter = subscription.filter();
        away.remove(filter);
        Subscription before = byFilter.get(filter);
        if (before != null) {
            remove(before);
        }
        if (subscription.purpose() == Purpose.CALLER && refusals.has(filter)) {
            subscription.refusedByClosing();
            return;
        }
        byFilter.put(filter, subscription);
        if (asked.isConnected() && !culprit.isSearching()) {
            ask(subscription);
        }
    }

    /** Ends one; does nothing if it has ended, was refused or replaced. */
    public void remove(Subscription subscription) {
        TopicFilter filter = subscription.filter();
        if (!byFilter.remove(filter, subscription)) {
            return;
        }
        subscription.end();
        if (subscription.isKnown()) {
            if (asked.isConnected()) {
                unsubscribe(filter.text());
            } else {
                away.add(filter);
            }
        }
        culprit.forget(subscription);
        if (culprit.isSearching()) {
            askNext();
        }
    }

    /** Unsubscribes a filter that a kept session may have, whoever has made it. There must be a connection. */
    public void unsubscribe(String filter) {
        asked.unsubscribe(filter);
    }

    private void ask(Subscription subscription) {
        long most = asked.tooLarge(subscription);
        if (asked.isFull() && subscription.purpose() == Purpose.CALLER) {
            // It is asked for when the broker has answered others.
        } else if (most == 0) {
            asked.subscribe(subscription);
        } else {
            culprit.forget(subscription);
            over(subscription);
            subscription.tooLarge(most);
        }
    }

    private void askAgain(Subscription subscription) {
        if (asked.isConnected() && subscription.state() == State.REFUSED) {
            ask(subscription);
        }
    }

    /** The next one under suspicion if nothing else is asked for, and whatever waits if nobody is under suspicion any more. */
    private void askNext() {
        if (!asked.isConnected()) {
            return;
        }
        if (!culprit.maySend(asked.isIdle())) {
            retry();
            return;
        }
        List<Subscription> wanted = copy().stream()
                .filter(subscription -> subscription.state() == State.WANTED)
                .toList();
        Optional<Subscription> suspect = wanted.stream()
                .filter(subscription -> culprit.isSearching() && culprit.isSuspected(subscription))
                .findFirst();
        if (suspect.isPresent()) {
            ask(suspect.get());
            retry();
        } else {
            wanted.forEach(this::ask);
        }
    }

    /** Suspicion lasts a moment only, so that nobody waits long behind a broker that is slow. */
    private void retry() {
        if (retry != null) {
            retry.cancel(false);
        }
        retry = session.loop().schedule(this::askNext, culprit.retryMillis(), TimeUnit.MILLISECONDS);
    }

    /** A copy, because a listener may add and end subscriptions. */
    private List<Subscription> copy() {
        return List.copyOf(byFilter.values());
    }

    /** There is a new connection, whose packets have these limits. */
    public void connected(MqttConnection opened, ServerLimits serverLimits, boolean sessionPresent) {
        asked.connected(opened, serverLimits);
        away.drain(filter -> {
            if (sessionPresent) {
                unsubscribe(filter.text());
            }
        });
        culprit.connected();
        Subscription cause = culprit.takeFound();
        if (cause != null && cause.state() != State.ENDED) {
            refuse(cause);
        }
        // With MQTT 5 SUBSCRIBE says that what is retained need not come again. With 3.1.1 it would come again each
        // time (MQTT-3.8.4-3).
        boolean kept = sessionPresent && opened.version() != MqttVersion.MQTT_5;
        for (Subscription subscription : copy()) {
            if (!sessionPresent) {
                subscription.forgotten();
            }
            if (subscription.state() == State.ENDED) {
                continue;
            }
            if (kept && subscription.isInSession()) {
                subscription.kept();
            } else if (!culprit.isSearching() || subscription.wasAnswered()) {
                ask(subscription);
            }
        }
        if (culprit.isSearching()) {
            askNext();
        }
    }

    /** The connection is lost. Returns whether that may be because of what was asked for. */
    public LossCause lost(SessionHandler.Loss loss) {
        List<Subscription> all = asked.lost();
        List<Subscription> open = all.stream()
                .filter(subscription -> subscription.state() == State.ASKED)
                .toList();
        culprit.lost(open, open.size() < all.size(), loss);
        boolean suspected = !all.isEmpty() && loss.mayBeForAMessage();
        if (suspected) {
            open.forEach(Subscription::suspect);
        }
        copy().forEach(Subscription::lost);
        // One that nobody wants any more is not asked for again.
        return !suspected
                ? LossCause.OTHER
                : culprit.found() != null || open.isEmpty() ? LossCause.FOUND : LossCause.SUSPECTED;
    }

    /** A refused one is over, but for that of a channel, which has nothing else to ask for. */
    private void over(Subscription subscription) {
        if (subscription.purpose() == Purpose.CALLER) {
            byFilter.remove(subscription.filter(), subscription);
        }
    }

    private void refuse(Subscription subscription) {
        over(subscription);
        if (subscription.purpose() == Purpose.CALLER) {
            refusals.add(subscription.filter());
        }
        subscription.refusedByClosing();
    }

    /** The broker cannot be reached any more, so its earlier answers do not count. */
    public void unreachable() {
        culprit.unreachable();
        byFilter.values().forEach(Subscription::unreachable);
    }

    /** The socket is read again after a pause. */
    public void readAgain() {
        asked.readAgain();
    }

    /** The broker has answered a SUBSCRIBE. */
    public void acknowledged(MqttSubAckMessage suback) {
        boolean others = asked.isFull();
        Subscription subscription = asked.answered(Packets.packetId(suback));
        if (subscription == null) {
            return;
        }
        if (subscription.state() == State.ASKED) {
            int code = suback.payload().reasonCodes().get(0);
            culprit.answered(subscription, ReasonCode.isFailure(code));
            if (!ReasonCode.isFailure(code)) {
                subscription.granted(code);
            } else {
                over(subscription);
                subscription.refused(code, () -> askAgain(subscription));
            }
        }
        if (others || culprit.isSearching()) {
            askNext();
        }
    }

    /** The broker has answered an UNSUBSCRIBE. */
    public void unsubscribed(MqttMessage unsuback) {
        asked.unsubscribed(Packets.packetId(unsuback));
    }
}
