package org.mqttgateway.mqtt.receive;

import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.mqtt.transport.MqttConnection;

/** The present subscriptions of a session. Used on the event loop of the session. */
public final class Subscriptions {

    private final Map<TopicFilter, Subscription> byFilter = new LinkedHashMap<>();

    /**
     * Most characters of {@link #ended}. A filter beyond that stays subscribed as long as the broker keeps the session, and its messages are ignored.
     */
    private static final int MAX_ENDED = 1 << 20;

    /** Filters that were unsubscribed while there was no connection. A broker that has kept the session still has them. */
    private final Set<TopicFilter> ended = new HashSet<>();

    private int endedLength;

    private MqttConnection connection;
    private ServerLimits limits;
    private int lastId;

    /** The next Packet Identifier of the session (section 2.2.1), from 1 to 65,535. */
    public int nextPacketId() {
        lastId = lastId % 65_535 + 1;
        return lastId;
    }

    /** Subscribes now if there is a connection, otherwise as soon as there is one. */
    public void add(Subscription subscription) {
        if (ended.remove(subscription.filter())) {
            endedLength -= subscription.filter().text().length();
        }
        Subscription before = byFilter.put(subscription.filter(), subscription);
        if (before != null) {
            before.end();
        }
        if (connection != null) {
            subscription.connected(connection, limits);
        }
    }

    /** Ends a subscription; does nothing if there is none with this filter. */
    public void remove(TopicFilter filter) {
        Subscription subscription = byFilter.remove(filter);
        if (subscription != null) {
            subscription.end();
            boolean known = connection == null && subscription.wasSent();
            if (known && endedLength + filter.text().length() <= MAX_ENDED && ended.add(filter)) {
                endedLength += filter.text().length();
            }
        }
    }

    /** Makes all subscriptions on a new connection, whose packets have these limits. */
    public void connected(MqttConnection opened, ServerLimits serverLimits, boolean sessionPresent) {
        connection = opened;
        limits = serverLimits;
        if (sessionPresent) {
            ended.stream()
                    .filter(filter -> limits.allowsUnsubscribe(filter.text()))
                    .forEach(filter -> opened.write(Packets.unsubscribe(nextPacketId(), filter.text())));
        }
        ended.clear();
        endedLength = 0;
        byFilter.values().forEach(subscription -> subscription.connected(opened, limits));
    }

    /** @param byBroker whether the broker closed the connection and named no reason */
    public void lost(boolean byBroker) {
        connection = null;
        // Only a single subscription can be the cause for sure. Of several, nobody knows which one the broker dislikes.
        boolean one = byFilter.size() == 1;
        byFilter.values().forEach(subscription -> subscription.lost(byBroker && one));
    }

    /** The broker cannot be reached any more, so its earlier answers do not count. */
    public void unreachable() {
        byFilter.values().forEach(Subscription::unreachable);
    }

    /** The socket is read again after a pause. */
    public void readAgain() {
        byFilter.values().forEach(Subscription::readAgain);
    }

    /** Passes the broker's answer to the subscription that it is for. */
    public void acknowledged(MqttSubAckMessage suback) {
        // A copy, because a listener may end its subscription.
        for (Subscription subscription : byFilter.values().toArray(Subscription[]::new)) {
            subscription.acknowledged(suback);
        }
    }
}
