package org.mqttgateway.request;

import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.mqtt.ReceivingSession;

/** Whether a subscription stands on which answers come, and who waits for that. Thread-safe. */
final class ReplySubscription implements ReceivingSession.Listener {

    /** Told once how the subscription stands. */
    interface Waiter {

        void stands();

        /** @param reason the broker's, one sentence */
        void refused(String reason);
    }

    private final List<Waiter> waiters = new ArrayList<>();
    private boolean stands;

    /** Why the broker has refused it; null if it has not. It is asked again, but nobody has to wait for that. */
    private String refusal;

    /** Tells {@code waiter} how the subscription stands, at once if that is known. */
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

    /** It no longer waits. */
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
