package org.mqttgateway.mqtt.packet;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The broker as all sessions of this process know it: what one of them notices concerns the others. Thread-safe. */
public final class Broker {

    private final Set<Runnable> sessions = ConcurrentHashMap.newKeySet();

    /** @param look makes the session ask the broker for a sign of life; called on any thread */
    public void join(Runnable look) {
        sessions.add(look);
    }

    /** The session has ended. */
    public void leave(Runnable look) {
        sessions.remove(look);
    }

    /** The broker was silent on the connection of this session, so it may be silent on those of the others too: they look at once. */
    public void wasSilent(Runnable to) {
        sessions.stream().filter(look -> look != to).forEach(Runnable::run);
    }
}
