package org.mqttgateway.request;

import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.mqtt.receive.SubscriptionListener;

/** The state of a subscription for replies, and the requests that wait until the broker has granted it. Thread-safe. */
final class ReplySubscription implements SubscriptionListener {

    /** Learns once how the broker has answered the subscription. */
    interface Waiter {

        void stands();

        /** @param reason the broker's reason as one sentence */
        void refused(String reason);
    }

    private final List<Waiter> waiters = new ArrayList<>();
    private boolean stands;

    /** Why the broker has refused the subscription; null if it has not. The session tries again, but no request waits for that. */
    private String refusal;

    /** Tells {@code waiter} how the broker has answered: at once if that is known, otherwise later. */
    void whenStands(Waiter waiter) {
        String reason;
        synchronized (this) {
            if (!stands && refusal == null) {
                waiters.add(waiter);
                return;
            }
            reason = refusal;
        }
        if (reason == null) {
            waiter.stands();
        } else {
            waiter.refused(reason);
        }
    }

    /** {@code waiter} no longer waits. */
    synchronized void forget(Waiter waiter) {
        waiters.remove(waiter);
    }

    @Override
    public void subscribed() {
        take(null).forEach(Waiter::stands);
    }

    @Override
    public void refused(String reason) {
        take(reason).forEach(waiter -> waiter.refused(reason));
    }

    @Override
    public synchronized void lost() {
        stands = false;
        refusal = null;
    }

    private synchronized List<Waiter> take(String refused) {
        stands = refused == null;
        refusal = refused;
        List<Waiter> told = List.copyOf(waiters);
        waiters.clear();
        return told;
    }
}
