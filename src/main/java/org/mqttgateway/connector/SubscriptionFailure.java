package org.mqttgateway.connector;

/** Why a {@link FilterSubscription} was not granted. */
public final class SubscriptionFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean refused;

    SubscriptionFailure(boolean refused, String message) {
        super(message, null, false, false);
        this.refused = refused;
    }

    /** True if the broker refused (SUBACK 0x80), false if it did not answer in time. */
    public boolean isRefused() {
        return refused;
    }
}
