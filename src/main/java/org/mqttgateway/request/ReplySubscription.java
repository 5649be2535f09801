package org.mqttgateway.request;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.mqttgateway.mqtt.receive.Subscription;
import org.mqttgateway.mqtt.receive.SubscriptionListener;

/** A subscription for replies, and the requests that wait until the broker has granted it. Used on the event loop of the {@link ReplySession}. */
final class ReplySubscription implements SubscriptionListener {

    /** Learns once how the broker has answered the subscription. */
    interface Waiter {

        void stands();

        /** @param reason the broker's reason as one sentence */
        void refused(String reason);
    }

    private final List<Waiter> waiters = new ArrayList<>();
    private final Subscription subscription;

    /** @param subscribe makes the subscription with this listener */
    ReplySubscription(Function<SubscriptionListener, Subscription> subscribe) {
        this.subscription = subscribe.apply(this);
    }

    Subscription subscription() {
        return subscription;
    }

    boolean stands() {
        return subscription.state() == Subscription.State.GRANTED;
    }

    boolean isRefused() {
        return subscription.state() == Subscription.State.REFUSED;
    }

    /** Tells {@code waiter} how the broker has answered: at once if that is known, otherwise later. */
    void whenStands(Waiter waiter) {
        switch (subscription.state()) {
            case GRANTED -> waiter.stands();
            case REFUSED -> waiter.refused(subscription.refusal());
            default -> waiters.add(waiter);
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
        tell(waiter -> waiter.refused(reason));
    }

    private void tell(Consumer<Waiter> what) {
        List<Waiter> told = List.copyOf(waiters);
        waiters.clear();
        told.forEach(what);
    }
}
