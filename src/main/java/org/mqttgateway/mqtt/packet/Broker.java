package org.mqttgateway.mqtt.packet;

import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.net.SSLOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.mqttgateway.base.HostNames;

/** The broker as all sessions of this process know it: what one of them notices concerns the others. Thread-safe. */
public final class Broker {

    private final HostNames names;
    private final Supplier<SSLOptions> tls;
    private final Set<Runnable> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean mqtt5;
    private volatile boolean refusesMaximum;

    /**
     * @param names where the addresses of the broker are looked up
     * @param tls what a connection that is made now uses, the same object until that changes; null for plain TCP
     */
    public Broker(HostNames names, Supplier<SSLOptions> tls) {
        this.names = names;
        this.tls = tls;
    }

    /** A broker over plain TCP. */
    public Broker(HostNames names) {
        this(names, () -> null);
    }

    /** What a connection that is made now uses, the same object until that changes; null for plain TCP. */
    public SSLOptions tls() {
        return tls.get();
    }

    /** Where the addresses of the broker are looked up. */
    public HostNames names() {
        return names;
    }

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

    /**
     * The broker has accepted a connection.
     *
     * @param withoutMaximum whether it had refused one that named a Maximum Packet Size
     */
    public void accepted(MqttVersion version, boolean withoutMaximum) {
        if (version == MqttVersion.MQTT_5) {
            mqtt5 = true;
        }
        if (withoutMaximum) {
            refusesMaximum = true;
        }
    }

    /** Whether it has accepted a connection with MQTT 5 since the process began. */
    public boolean hasAcceptedMqtt5() {
        return mqtt5;
    }

    /** Whether it accepts a connection only if that names no Maximum Packet Size. */
    public boolean refusesMaximum() {
        return refusesMaximum;
    }
}
