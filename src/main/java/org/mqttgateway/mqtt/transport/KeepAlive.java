package org.mqttgateway.mqtt.transport;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices that the broker or the network has gone silent (section 3.1.2.10). It sends a PINGREQ before nothing was sent, or nothing has come,
 * for an interval, and ends the connection if no packet comes within ten seconds after it, or half the interval if that is shorter. While
 * the socket is not read, silence says nothing about the broker.
 */
public final class KeepAlive {

    /** How often the gateway looks by itself where nobody demands it. */
    private static final int OWN_SECONDS = 60;

    /** The activity is looked at in quarters of the interval, so that nothing on the way of a message has to read a clock. */
    private static final int TICKS = 4;

    private static final long MAX_ANSWER_MILLIS = 10_000;

    /** Any packet counts as a sign of life, so nothing needs to happen at the PINGRESP itself. */
    private static final Runnable NOTHING = () -> {};

    private final MqttConnection connection;
    private final Consumer<String> silent;
    private ScheduledFuture<?> ticks;

    /** When the broker must have answered; null if it was never asked. */
    private ScheduledFuture<?> answer;

    private long answerMillis;
    private long sent;
    private long heard;
    private int ticksSinceSent;
    private int ticksSinceHeard;

    /** @param silent called with what was waited for in vain, in words; it must give the connection up */
    public KeepAlive(MqttConnection connection, Consumer<String> silent) {
        this.connection = connection;
        this.silent = silent;
    }

    /** @param seconds the interval; with 0 nobody demands one, and the gateway looks each minute all the same */
    public void start(int seconds) {
        long millis = (seconds > 0 ? seconds : OWN_SECONDS) * 1_000L;
        answerMillis = Math.min(MAX_ANSWER_MILLIS, millis / 2);
        sent = connection.packetsSent();
        heard = connection.signsOfLife();
        long tick = millis / TICKS;
        ticks = connection.channel().eventLoop().scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** Ends all timers. */
    public void stop() {
        if (ticks != null) {
            ticks.cancel(false);
        }
        if (answer != null) {
            answer.cancel(false);
        }
    }

    private void tick() {
        ticksSinceSent = connection.packetsSent() == sent ? ticksSinceSent + 1 : 0;
        ticksSinceHeard = connection.signsOfLife() == heard ? ticksSinceHeard + 1 : 0;
        heard = connection.signsOfLife();
        // What came or went right after a tick is nearly a tick older than was counted. And a broker that only takes
        // (QoS 0) has to answer a PINGREQ too, for otherwise nothing would tell it from a dead link.
        if (Math.max(ticksSinceSent, ticksSinceHeard) >= TICKS - 1) {
            ticksSinceSent = 0;
            ticksSinceHeard = 0;
            ask(answerMillis);
        }
        sent = connection.packetsSent();
    }

    /**
     * Asks the broker for a sign of life. The connection is given up if no packet comes within {@code millis}. Does nothing if the broker
     * must have answered by then anyway, or while the socket is not read.
     */
    public void probe(long millis) {
        boolean asked = answer != null && !answer.isDone() && answer.getDelay(TimeUnit.MILLISECONDS) <= millis;
        if (!asked && connection.isRead()) {
            ask(millis);
        }
    }

    private void ask(long millis) {
        connection.ping(NOTHING);
        if (answer != null) {
            answer.cancel(false);
        }
        if (!connection.isRead()) {
            return;
        }
        long before = connection.signsOfLife();
        Runnable judge = () -> {
            if (connection.isOpen() && connection.isRead() && connection.signsOfLife() == before) {
                silent.accept("no answer to PINGREQ in " + millis + " ms");
            }
        };
        answer = connection.channel().eventLoop().schedule(judge, millis, TimeUnit.MILLISECONDS);
    }
}
