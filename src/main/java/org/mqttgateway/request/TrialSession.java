package org.mqttgateway.request;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.subscribe.Subscription;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * A connection on which filters are tried before they are subscribed where replies come. With MQTT 3.1.1 the broker keeps no session of this process, so replies that come while the
 * connection is lost are lost too; a filter on which the broker closes the connection must not be able to do that to others. It is opened for the first trial and closed when there
 * has been none for 30 s. Used on the event loop of the {@link ReplySession}.
 */
final class TrialSession {

    private static final long IDLE_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final Supplier<ReceivingSession> sessions;

    /** Null while there is none. */
    private ReceivingSession session;

    private int open;
    private long trials;

    /** @param sessions makes sessions on the event loop of the {@link ReplySession} */
    TrialSession(Supplier<ReceivingSession> sessions) {
        this.sessions = sessions;
    }

    /** Tries a filter. {@link #end} must follow, whatever the listener is told. */
    Subscription begin(TopicFilter filter, SubscriptionListener listener) {
        open++;
        trials++;
        if (session == null) {
            session = sessions.get();
            session.open();
        }
        return session.subscribe(new Wish(filter, MqttQoS.AT_MOST_ONCE, listener));
    }

    void end(Subscription trial) {
        session.unsubscribe(trial);
        open--;
        long last = trials;
        session.loop()
                .schedule(
                        () -> {
                            if (trials == last && open == 0) {
                                close();
                            }
                        },
                        IDLE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    void close() {
        if (session != null) {
            session.abandon();
            session = null;
        }
    }
}
