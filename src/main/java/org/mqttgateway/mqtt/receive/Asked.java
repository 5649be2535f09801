package org.mqttgateway.mqtt.receive;

import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.receive.Subscription.State;
import org.mqttgateway.mqtt.receive.Wish.Purpose;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.transport.MqttConnection;

/** SUBSCRIBE and UNSUBSCRIBE on the present connection, and those that the broker has not answered. Used on the event loop of the session. */
final class Asked {

    /** Most that are without an answer. If a broker answers none, the eldest are forgotten, so that there is always a Packet Identifier. */
    private static final int MOST = 1 << 15;

    private final MqttSession session;

    /** By Packet Identifier, the eldest first, also those that have ended since. */
    private final Map<Integer, Subscription> byId = new LinkedHashMap<>();

    private MqttConnection connection;
    private ServerLimits limits;
    private int lastId;

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
        return all;
    }

    /** The next Packet Identifier (section 2.2.1), from 1 to 65,535, that no SUBSCRIBE without an answer has. */
    int nextId() {
        do {
            lastId = lastId % 65_535 + 1;
        } while (byId.containsKey(lastId));
        return lastId;
    }

    /** Whether nobody waits for an answer. */
    boolean isIdle() {
        return byId.values().stream().allMatch(subscription -> subscription.state() == State.ENDED);
    }

    /** Why the subscription cannot be asked for, in bytes: the broker's largest packet; 0 if it can. */
    long tooLarge(Subscription subscription) {
        return limits.allowsSubscribe(subscription.filter().text()) ? 0 : limits.maximumPacketSize();
    }

    void subscribe(Subscription subscription) {
        if (byId.size() >= MOST) {
            Iterator<Integer> eldest = byId.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        int id = nextId();
        byId.put(id, subscription);
        subscription.asked(() -> late(subscription));
        connection.write(Packets.subscribe(
                id,
                subscription.filter().text(),
                subscription.qos(),
                subscription.purpose() == Purpose.CHANNEL
                        ? RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS
                        : RetainedHandlingPolicy.SEND_AT_SUBSCRIBE));
    }

    private void late(Subscription subscription) {
        // While the socket is not read, the answer cannot come and is not late.
        if (connection.isRead()) {
            session.reconnect("no answer to SUBSCRIBE " + subscription.name());
        }
    }

    /** The socket is read again after a pause. */
    void readAgain() {
        byId.values().stream()
                .filter(subscription -> subscription.state() == State.ASKED)
                .forEach(subscription -> subscription.restartClock(() -> late(subscription)));
    }

    void unsubscribe(String filter) {
        // One that is too large may still be there from a connection with other limits. Nothing can be done about it.
        if (limits.allowsUnsubscribe(filter)) {
            connection.write(Packets.unsubscribe(nextId(), filter));
        }
    }

    /** The one that was asked for with this Packet Identifier, which has its answer now; null if there is none. */
    Subscription answered(int packetId) {
        return byId.remove(packetId);
    }
}
