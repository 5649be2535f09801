package org.mqttgateway.mqtt.receive;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.session.Backoff;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * One subscription of a session (sections 3.8 and 3.9). It is made again on every connection, even if the broker has kept the session: the
 * filter may have changed since, and to repeat an existing subscription does no harm (section 3.8.4). A refused subscription is tried
 * again.
 */
public final class Subscription {

    /** If the broker closes the connection right after SUBSCRIBE so many times in a row, that counts as a refusal. */
    private static final int CLOSES = 2;

    private static final Status NOT_SUBSCRIBED = new Status(false, "not subscribed yet");

    private final TopicFilter filter;
    private final MqttQoS qos;
    private final MqttSession session;
    private final SubscriptionListener listener;
    private final IntSupplier packetIds;
    private final boolean quiet;
    private final Patience patience;
    private final Backoff backoff;

    private MqttConnection connection;
    private ServerLimits limits;
    private ScheduledFuture<?> timer;
    private boolean pending;
    private boolean sent;
    private int subscribeId;
    private int closes;
    private volatile boolean refused;
    private volatile Status status = NOT_SUBSCRIBED;

    /**
     * @param packetIds supplies the next Packet Identifier of the session
     * @param quiet whether the broker's answers are not logged, because the listener reports them
     */
    public Subscription(
            TopicFilter filter,
            MqttQoS qos,
            MqttSession session,
            SubscriptionListener listener,
            IntSupplier packetIds,
            boolean quiet) {
        this.packetIds = packetIds;
        this.quiet = quiet;
        this.filter = filter;
        this.qos = qos;
        this.session = session;
        this.listener = listener;
        this.patience = session.options().patience();
        this.backoff = new Backoff(patience.retryMillis());
    }

    /** What is subscribed (section 4.7). */
    public TopicFilter filter() {
        return filter;
    }

    /** What readiness reports about it. May be called from any thread. */
    public Status status() {
        return status;
    }

    /** Whether the broker has refused the subscription, in SUBACK or by closing the connection. */
    public boolean isRefused() {
        return refused;
    }

    void connected(MqttConnection opened, ServerLimits serverLimits) {
        connection = opened;
        limits = serverLimits;
        subscribe();
    }

    /** Whether the broker may know this subscription. */
    boolean wasSent() {
        return sent;
    }

    private void subscribe() {
        if (!limits.allowsSubscribe(filter.text())) {
            refused(
                    "the subscription of " + name() + " is larger than the broker's largest packet ("
                            + limits.maximumPacketSize() + " bytes)",
                    "Shorten the filter");
            return;
        }
        pending = true;
        sent = true;
        subscribeId = packetIds.getAsInt();
        awaitSuback();
        connection.write(Packets.subscribe(subscribeId, filter.text(), qos));
    }

    private void awaitSuback() {
        timer = schedule(patience.subackMillis(), () -> {
            // While the socket is not read, the answer cannot come and is not late.
            if (connection.isRead()) {
                session.reconnect("no answer to SUBSCRIBE " + name());
            }
        });
    }

    /** The socket is read again after a pause. */
    void readAgain() {
        if (pending) {
            timer.cancel(false);
            awaitSuback();
        }
    }

    /** Unsubscribes {@code topic}, for which a kept session may have an older subscription. */
    public void unsubscribe(String topic) {
        // One that is too large may still be there from a connection with other limits. Nothing can be done about it.
        if (limits.allowsUnsubscribe(topic)) {
            connection.write(Packets.unsubscribe(packetIds.getAsInt(), topic));
        }
    }

    /** Ends the subscription for good. */
    void end() {
        if (timer != null) {
            timer.cancel(false);
        }
        pending = false;
        if (connection != null) {
            unsubscribe(filter.text());
        }
    }

    private ScheduledFuture<?> schedule(long millis, Runnable action) {
        return session.loop().schedule(action, millis, TimeUnit.MILLISECONDS);
    }

    /** @param byBroker whether the broker closed the connection and named no reason */
    void lost(boolean byBroker) {
        if (timer != null) {
            timer.cancel(false);
        }
        closes = pending && byBroker ? closes + 1 : 0;
        pending = false;
        connection = null;
        if (closes >= CLOSES) {
            refused(
                    "the broker closes the connection on the subscription of " + name(),
                    "Check the broker's access rules");
        } else if (!refused) {
            status = new Status(false, "not subscribed: the connection was lost");
        }
        listener.lost();
    }

    /** The broker cannot be reached any more, so its earlier answer does not count. */
    void unreachable() {
        refused = false;
        closes = 0;
        status = NOT_SUBSCRIBED;
    }

    void acknowledged(MqttSubAckMessage suback) {
        if (!pending || Packets.packetId(suback) != subscribeId) {
            return;
        }
        timer.cancel(false);
        pending = false;
        closes = 0;
        int code = suback.payload().reasonCodes().get(0);
        if (ReasonCode.isFailure(code)) {
            long delay = backoff.nextMillis();
            timer = schedule(delay, this::subscribe);
            String why = code == 0x80 ? "" : ": " + ReasonCode.words(code);
            refused("the broker refused the subscription of " + name() + why);
            if (quiet) {
                return;
            }
            session.log()
                    .error(
                            "The broker refused the subscription of %s (SUBACK 0x%02X%s): nothing will be consumed. Check the broker's access"
                                    + " rules. Next attempt in %d ms",
                            name(), code, why, delay);
        } else {
            granted(code);
        }
    }

    private void refused(String reason) {
        refused = true;
        status = new Status(false, reason);
        listener.refused(reason);
    }

    private void refused(String reason, String advice) {
        if (!quiet) {
            session.log().error("%s: nothing will be consumed. %s", capitalized(reason), advice);
        }
        refused(reason);
    }

    private static String capitalized(String sentence) {
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private void granted(int grantedQos) {
        backoff.reset();
        refused = false;
        status = new Status(true, "subscribed to " + name() + " with QoS " + grantedQos);
        if (quiet) {
            listener.subscribed();
            return;
        }
        if (grantedQos < qos.value()) {
            session.log()
                    .warn("Subscribed to %s with QoS %d only, QoS %d was asked for", name(), grantedQos, qos.value());
        } else {
            session.log().info("Subscribed to %s with QoS %d", name(), grantedQos);
        }
        listener.subscribed();
    }

    private String name() {
        return LogText.escape(filter.text());
    }
}
