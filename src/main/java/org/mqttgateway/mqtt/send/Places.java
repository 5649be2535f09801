package org.mqttgateway.mqtt.send;

import java.util.concurrent.Executor;

/** How one session comes to places in the {@link SendWindow} that all sessions share. */
public final class Places {

    private static final int NONE = -1;

    private final SendWindow window;
    private final Executor loop;
    private final Runnable retry;
    private boolean waiting;

    /** The weight of a place that was taken in its turn and not used yet. */
    private int taken = NONE;

    /**
     * @param loop the event loop of the session
     * @param retry called on it when there is a place for which {@link #tryTake} was called in vain. If it does not take the place, others get it
     */
    public Places(SendWindow window, Executor loop, Runnable retry) {
        this.window = window;
        this.loop = loop;
        this.retry = retry;
    }

    /** Takes a place for a publish of that weight. If there is none, returns false, and there will be another try when there is one. */
    public boolean tryTake(int weight) {
        if (taken == weight) {
            taken = NONE;
            return true;
        }
        if (!waiting) {
            waiting = !window.tryTake(weight, () -> loop.execute(() -> turn(weight)));
            return !waiting;
        }
        return false;
    }

    private void turn(int weight) {
        waiting = false;
        taken = weight;
        retry.run();
        giveTakenBack();
    }

    private void giveTakenBack() {
        if (taken != NONE) {
            int unused = taken;
            taken = NONE;
            window.giveBack(unused);
        }
    }

    /** Takes a place for a publish that the broker has already, whether there is one or not. */
    public void take(OutgoingPublish publish) {
        window.take(publish.weight());
    }

    /** Gives the place of a publish back. */
    public void giveBack(OutgoingPublish publish) {
        window.giveBack(publish.weight());
    }
}
