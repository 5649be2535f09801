package org.mqttgateway.mqtt.transport;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices that the broker or the network has gone silent (section 3.1.2.10). It sends a PINGREQ in each interval and ends the connection
 * when no packet has come for one and a half intervals. While the socket is not read, silence says nothing about the broker.
 */
public final class KeepAlive {

    private static final int TICKS_OF_SILENCE = 3;

    /** Any packet counts as a sign of life, so nothing needs to happen at the PINGRESP itself. */
    private static final Runnable NOTHING = () -> {};

    private final MqttConnection connection;
    private final Consumer<String> silent;
    private ScheduledFuture<?> ticks;
    private long seen;
    private int ticksOfSilence;
    private boolean pingNow;
    private boolean probing;

    /** @param silent called with what was waited for in vain, in words; it must give the connection up */
    public KeepAlive(MqttConnection connection, Consumer<String> silent) {
        this.connection = connection;
        this.silent = silent;
    }

    /** @param seconds the interval; 0 for none */
    public void start(int seconds) {
        if (seconds > 0) {
            seen = connection.signsOfLife();
            long half = seconds * 500L;
            ticks = connection.channel().eventLoop().scheduleAtFixedRate(this::tick, half, half, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends all timers. */
    public void stop() {
        if (ticks != null) {
            ticks.cancel(false);
        }
    }

    private void tick() {
        boolean heard = connection.signsOfLife() != seen || !connection.isRead();
        seen = connection.signsOfLife();
        ticksOfSilence = heard ? 0 : ticksOfSilence + 1;
        if (ticksOfSilence >= TICKS_OF_SILENCE) {
            silent.accept("the broker was silent for one and a half keep-alive intervals");
            return;
        }
        pingNow = !pingNow;
        if (pingNow) {
            // PINGREQ is sent in each interval, not only when the connection is idle: a broker has to answer it, so no
            // answer means that the network or the broker is dead.
            connection.ping(NOTHING);
        }
    }

    /** Asks the broker for a sign of life. The connection is given up if no packet comes within {@code millis}. */
    public void probe(long millis) {
        if (probing || !connection.isRead()) {
            return;
        }
        probing = true;
        long before = connection.signsOfLife();
        connection.ping(NOTHING);
        connection
                .channel()
                .eventLoop()
                .schedule(
                        () -> {
                            probing = false;
                            if (connection.isOpen() && connection.isRead() && connection.signsOfLife() == before) {
                                silent.accept("no answer to PINGREQ in " + millis + " ms while a publish waits");
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }
}
