package org.mqttgateway.http.limit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.mqttgateway.base.Held;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Limits the memory of requests that are under way to {@code mqtt.http.max-body-memory} bytes: of their heads, of their bodies while they are received,
 * and of what the connections take that are no plain HTTP/1.1. All of it is counted before it is held. The last quarter is for small requests each of
 * which is the only one of its connection: a few callers who hold much, or many requests on few connections, do not keep the others out.
 */
@ApplicationScoped
public class RequestMemory {

    /** Most bytes of what is small. */
    private static final long SMALL = 64 << 10;

    private final long forSmall;
    private final long forLarge;
    private final Held held;

    @Inject
    RequestMemory(GatewaySettings settings) {
        this(settings.http().maxBodyMemory().asLongValue());
    }

    RequestMemory(long bytes) {
        forSmall = bytes;
        forLarge = bytes - bytes / 4;
        held = new Held(Held.ANY_NUMBER, bytes);
    }

    /** Bytes of the largest body for which there can be room. */
    public long largest() {
        return forLarge;
    }

    /** The share of a new body or of a connection. It must be ended. */
    public Held.Share share() {
        return held.share();
    }

    /**
     * Counts {@code bytes} for a body in place of those that are counted already, if there is room.
     *
     * @param only whether no other request of the connection is under way
     */
    public boolean tryGrow(Held.Share body, long bytes, boolean only) {
        return body.trySetWithin(limit(bytes, only), bytes);
    }

    /**
     * Counts a head if there is room. {@link #remove} gives it back.
     *
     * @param only whether no other request of the connection is under way
     */
    boolean tryAddHead(long weight, boolean only) {
        return held.tryAddWithin(limit(weight, only), weight);
    }

    /** Counts what a connection takes in place of what is counted for it already, if there is room. */
    boolean trySetConnection(Held.Share connection, long weight) {
        return connection.trySetWithin(forLarge, weight);
    }

    /** A head is no longer held. */
    void remove(long weight) {
        held.remove(weight);
    }

    /** Bytes that are counted now. */
    long bytes() {
        return held.bytes();
    }

    private long limit(long bytes, boolean only) {
        return only && bytes <= SMALL ? forSmall : forLarge;
    }
}
