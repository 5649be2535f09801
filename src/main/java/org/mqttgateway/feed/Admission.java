package org.mqttgateway.feed;

import java.util.concurrent.atomic.AtomicBoolean;

/** The place of one listener, given back once: when the stream ends, when the request does, or when it is refused, whichever comes first. */
final class Admission {

    /** The key of the request's admission in its routing context. */
    static final String KEY = Admission.class.getName();

    private final Runnable giveBack;
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile MessageFeed feed;

    Admission(Runnable giveBack) {
        this.giveBack = giveBack;
    }

    void to(MessageFeed granted) {
        feed = granted;
    }

    /** What the listener listens to; there is none before it was granted. */
    MessageFeed feed() {
        return feed;
    }

    void leave() {
        if (left.compareAndSet(false, true)) {
            giveBack.run();
        }
    }
}
