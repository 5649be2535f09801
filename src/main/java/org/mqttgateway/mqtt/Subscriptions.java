package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The subscriptions of a session, which come and go while it lasts. Used on the event loop of the session. */
final class Subscriptions {

    private final Map<TopicFilter, Subscription> byFilter = new LinkedHashMap<>();

    /** Ended while there was no connection: a broker that has kept the session still has them. */
    private final Set<TopicFilter> ended = new HashSet<>();

    private MqttConnection connection;
    private int lastId;

    int nextPacketId() {
        lastId = lastId % 65_535 + 1;
        return lastId;
    }

    /** Subscribes now if there is a connection, else when there is one. */
    void add(Subscription subscription) {
        ended.remove(subscription.filter());
        Subscription before = byFilter.put(subscription.filter(), subscription);
        if (before != null) {
            before.end();
        }
        if (connection != null) {
            subscription.connected(connection);
        }
    }

    void remove(TopicFilter filter) {
        Subscription subscription = byFilter.remove(filter);
        if (subscription != null) {
            subscription.end();
            if (connection == null && subscription.wasSent()) {
                ended.add(filter);
            }
        }
    }

    void connected(MqttConnection opened, boolean sessionPresent) {
        connection = opened;
        if (sessionPresent) {
            ended.forEach(filter -> opened.write(Packets.unsubscribe(nextPacketId(), filter.text())));
        }
        ended.clear();
        byFilter.values().forEach(subscription -> subscription.connected(opened));
    }

    /** @param byBroker whether the broker closed the connection, for no reason that it named */
    void lost(boolean byBroker) {
        connection = null;
        // With one alone under suspicion: of several it cannot be told which the broker dislikes.
        boolean one = byFilter.size() == 1;
        byFilter.values().forEach(subscription -> subscription.lost(byBroker && one));
    }

    /** The broker cannot be reached any more, whatever it had said to the subscriptions. */
    void unreachable() {
        byFilter.values().forEach(Subscription::unreachable);
    }

    /** The connection, which was not read for a while, is read again. */
    void readAgain() {
        byFilter.values().forEach(Subscription::readAgain);
    }

    void acknowledged(MqttSubAckMessage suback) {
        // A copy, because a listener may end its subscription.
        for (Subscription subscription : byFilter.values().toArray(Subscription[]::new)) {
            subscription.acknowledged(suback);
        }
    }
}
