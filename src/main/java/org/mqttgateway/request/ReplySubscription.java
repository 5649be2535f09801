package org.mqttgateway.request;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.SessionOnDemand;
import org.mqttgateway.mqtt.subscribe.Subscription;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** A subscription for replies, and the requests that wait until the broker has granted it. Used on the event loop of the {@link ReplySession}. */
final class ReplySubscription implements SubscriptionListener {

    /** Learns once how the broker has answered the subscription. */
    interface Waiter {

        void stands();

        /** @param reason the broker's reason as one sentence */
        void refused(String reason);
    }

    private final TopicFilter filter;
    private final ReceivingSession session;
    private final List<Waiter> waiters = new ArrayList<>();

    /** Null while the filter is on trial, and if it was refused there. */
    private Subscription subscription;

    /** Ends the trial; does nothing if there is none. */
    private Runnable endOfTrial = () -> {};

    /** Why the broker has refused it; null if it has not. */
    private String refusal;

    ReplySubscription(TopicFilter filter, ReceivingSession session) {
        this.filter = filter;
        this.session = session;
    }

    /** Subscribes the filter where replies come. */
    void begin() {
        subscription = session.subscribe(new Wish(filter, MqttQoS.AT_LEAST_ONCE, this));
    }

    /** Tries the filter on a connection of its own first. */
    void tryOn(SessionOnDemand trials) {
        ReceivingSession other = trials.use();
        Subscription trial = other.subscribe(new Wish(filter, MqttQoS.AT_MOST_ONCE, new SubscriptionListener() {
            @Override
            public void subscribed() {
                endTrial();
                begin();
            }

            @Override
            public void refused(String reason) {
                ReplySubscription.this.refused(reason);
            }
        }));
        endOfTrial = () -> {
            other.unsubscribe(trial);
            trials.release();
        };
    }

    private void endTrial() {
        Runnable end = endOfTrial;
        endOfTrial = () -> {};
        end.run();
    }

    /** Ends the subscription. */
    void end() {
        endTrial();
        if (subscription != null) {
            session.unsubscribe(subscription);
        }
    }

    boolean stands() {
        return subscription != null && subscription.state() == Subscription.State.GRANTED;
    }

    boolean isRefused() {
        return refusal != null;
    }

    /** Tells {@code waiter} how the broker has answered: at once if that is known, otherwise later. */
    void whenStands(Waiter waiter) {
        if (stands()) {
            waiter.stands();
        } else if (refusal != null) {
            waiter.refused(refusal);
        } else {
            waiters.add(waiter);
        }
    }

    /** {@code waiter} no longer waits. */
    void forget(Waiter waiter) {
        waiters.remove(waiter);
    }

    @Override
    public void subscribed() {
        tell(Waiter::stands);
    }

    @Override
    public void refused(String reason) {
        refusal = reason;
        tell(waiter -> waiter.refused(reason));
    }

    private void tell(Consumer<Waiter> what) {
        List<Waiter> told = List.copyOf(waiters);
        waiters.clear();
        told.forEach(what);
    }
}
