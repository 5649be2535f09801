package org.mqttgateway.mqtt.subscribe;

import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.subscribe.Subscription.State;
import org.mqttgateway.mqtt.subscribe.Wish.Purpose;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * SUBSCRIBE and UNSUBSCRIBE on the present connection, and those that the broker has not answered. Callers name filters of up to 64 KB, and may leave before the answer; so there is room
 * for so many bytes of them only. Used on the event loop of the session.
 */
final class Asked {

    /** Most bytes of callers' subscriptions that are without an answer. */
    static final int MOST_BYTES = 4 << 20;

    /** What one without an answer takes, besides its filter. */
    private static final int OVERHEAD = 400;

    /** Most UNSUBSCRIBEs that are without an answer. If a broker answers none, the eldest are forgotten, so that there is always a Packet Identifier. */
    static final int MOST_UNSUBSCRIBES = 1 << 15;

    private final MqttSession session;

    /** By Packet Identifier, also those that have ended since. */
    private final Map<Integer, Subscription> byId = new LinkedHashMap<>();

    /** The Packet Identifiers of UNSUBSCRIBE, the eldest first. */
    private final Set<Integer> unsubscribing = new LinkedHashSet<>();

    private MqttConnection connection;
    private ServerLimits limits;
    private int lastId;
    private int bytes;

    /** Runs while there is no room. */
    private ScheduledFuture<?> stuck;

    Asked(MqttSession session) {
        this.session = session;
    }

    void connected(MqttConnection opened, ServerLimits serverLimits) {
        connection = opened;
        limits = serverLimits;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** The connection is lost. Returns those that were asked for. */
    List<Subscription> lost() {
        connection = null;
        List<Subscription> all = List.copyOf(byId.values());
        byId.clear();
        unsubscribing.clear();
        bytes = 0;
        stopClock();
        return all;
    }

    /** The next Packet Identifier (section 2.2.1), from 1 to 65,535, that nothing without an answer has. */
    int nextId() {
        do {
            lastId = lastId % 65_535 + 1;
        } while (byId.containsKey(lastId) || unsubscribing.contains(lastId));
        return lastId;
    }

    /** Whether nobody waits for an answer. */
    boolean isIdle() {
        return byId.values().stream().allMatch(subscription -> subscription.state() == State.ENDED);
    }

    /** Whether a caller's subscription has to wait until the broker has answered others. */
    boolean isFull() {
        return bytes >= MOST_BYTES;
    }

    private static int weight(Subscription subscription) {
        return subscription.purpose() == Purpose.CALLER
                ? OVERHEAD + subscription.filter().text().length()
                : 0;
    }

    /** Why the subscription cannot be asked for, in bytes: the broker's largest packet; 0 if it can. */
    long tooLarge(Subscription subscription) {
        return limits.allowsSubscribe(subscription.filter().text()) ? 0 : limits.maximumPacketSize();
    }

    void subscribe(Subscription subscription) {
        int id = nextId();
        byId.put(id, subscription);
        bytes += weight(subscription);
        if (isFull()) {
            restartClock();
        }
        subscription.asked(() -> late(subscription.name()));
        connection.write(Packets.subscribe(
                id,
                subscription.filter().text(),
                subscription.qos(),
                subscription.purpose() == Purpose.CHANNEL
                        ? RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS
                        : RetainedHandlingPolicy.SEND_AT_SUBSCRIBE));
    }

    private void late(String name) {
        // While the socket is not read, the answer cannot come and is not late.
        if (connection.isRead()) {
            session.reconnect("no answer to SUBSCRIBE " + name);
        }
    }

    /** Those whose callers have left run no clock of their own, but with them there is no room for others. */
    private void restartClock() {
        stopClock();
        stuck = session.loop()
                .schedule(
                        () -> late("of " + byId.size() + " filters"),
                        session.options().patience().subackMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void stopClock() {
        if (stuck != null) {
            stuck.cancel(false);
            stuck = null;
        }
    }

    /** The socket is read again after a pause. */
    void readAgain() {
        byId.values().stream()
                .filter(subscription -> subscription.state() == State.ASKED)
                .forEach(subscription -> subscription.restartClock(() -> late(subscription.name())));
        if (stuck != null) {
            restartClock();
        }
    }

    void unsubscribe(String filter) {
        // One that is too large may still be there from a connection with other limits. Nothing can be done about it.
        if (!limits.allowsUnsubscribe(filter)) {
            return;
        }
        if (unsubscribing.size() >= MOST_UNSUBSCRIBES) {
            Iterator<Integer> eldest = unsubscribing.iterator();
            eldest.next();
            eldest.remove();
        }
        int id = nextId();
        unsubscribing.add(id);
        connection.write(Packets.unsubscribe(id, filter));
    }

    /** The one that was asked for with this Packet Identifier, which has its answer now; null if there is none. */
    Subscription answered(int packetId) {
        Subscription subscription = byId.remove(packetId);
        if (subscription != null) {
            bytes -= weight(subscription);
            stopClock();
            if (isFull()) {
                restartClock();
            }
        }
        return subscription;
    }

    /** The broker has answered an UNSUBSCRIBE. Whatever the answer is, there is nothing more to do about an old subscription. */
    void unsubscribed(int packetId) {
        unsubscribing.remove(packetId);
    }
}
