package org.mqttgateway.connector;

/** Why a {@link FilterSubscription} was not granted. */
public final class SubscriptionFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean refused;

    SubscriptionFailure(boolean refused, String message) {
        super(message, null, false, false);
        this.refused = refused;
    }

    /** True if the broker has refused the subscription, false if it has not answered in time. */
    public boolean isRefused() {
        return refused;
    }
}
