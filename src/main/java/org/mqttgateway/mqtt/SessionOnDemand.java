package org.mqttgateway.mqtt;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A session that is opened for its first user, and closed when it has had none for 30 s. Used on its event loop. */
public final class SessionOnDemand {

    private static final long IDLE_SECONDS = 30;

    private final EventLoop loop;
    private final Supplier<ReceivingSession> sessions;

    /** Null while there is none. */
    private ReceivingSession session;

    private int users;
    private ScheduledFuture<?> idle;

    /**
     * A session that nobody uses yet.
     *
     * @param loop the event loop of the sessions
     * @param sessions makes one that is not open yet
     */
    public SessionOnDemand(EventLoop loop, Supplier<ReceivingSession> sessions) {
        this.loop = loop;
        this.sessions = sessions;
    }

    /** Takes the session for use. {@link #release} must follow. */
    public ReceivingSession use() {
        users++;
        if (idle != null) {
            idle.cancel(false);
            idle = null;
        }
        if (session == null) {
            session = sessions.get();
            session.open();
        }
        return session;
    }

    /** One who has used it is done. */
    public void release() {
        users--;
        if (users == 0) {
            idle = loop.schedule(this::close, IDLE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Whether there is a connection to the broker. */
    public boolean isConnected() {
        return session != null && session.status().ok();
    }

    /** Closes the connection. The next user gets another one. */
    public void close() {
        if (session != null) {
            session.abandon();
            session = null;
        }
    }
}
