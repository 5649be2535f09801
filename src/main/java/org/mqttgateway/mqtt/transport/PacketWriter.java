package org.mqttgateway.mqtt.transport;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.function.Consumer;

/**
 * Writes the packets of a connection. All that are written in one round of the event loop leave with one flush, because that system call is the
 * most expensive part of a publish. Used on the event loop.
 */
final class PacketWriter {

    /**
     * Most bytes that may wait for the socket, besides one payload of the largest size: several times what the limits of publishing and the
     * acknowledgements of all Packet Identifiers take. A broker that sends and does not read would otherwise let the answers to its packets
     * fill the memory.
     */
    private static final long MAX_UNREAD = 32 << 20;

    private final ChannelHandlerContext context;
    private final long maxUnread;
    private final Consumer<Throwable> failed;
    private boolean reading;
    private boolean flushDue;
    private long packets;

    /** @param failed called if the broker leaves too much unread */
    PacketWriter(ChannelHandlerContext context, int maxPayload, Consumer<Throwable> failed) {
        this.context = context;
        this.maxUnread = MAX_UNREAD + maxPayload;
        this.failed = failed;
    }

    /** How many packets were written. */
    long packets() {
        return packets;
    }

    void write(MqttMessage packet) {
        context.write(packet, context.voidPromise());
        wrote();
        // A channel that is closed says that infinitely much waits.
        if (context.channel().isActive() && context.channel().bytesBeforeWritable() > maxUnread) {
            failed.accept(new ChannelException("the broker does not read what it is sent"));
        }
    }

    /** @param written called when the socket has taken the packet; never, if the connection ends before */
    void write(MqttMessage packet, Runnable written) {
        context.write(packet).addListener(result -> {
            if (result.isSuccess()) {
                written.run();
            }
        });
        wrote();
    }

    private void wrote() {
        packets++;
        if (!flushDue) {
            flushDue = true;
            // While packets are read the flush comes at the end of the read.
            if (!reading) {
                context.channel().eventLoop().execute(this::flush);
            }
        }
    }

    private void flush() {
        if (flushDue) {
            flushDue = false;
            context.flush();
        }
    }

    /** A packet is read, and others may follow in the same round. */
    void readBegins() {
        reading = true;
    }

    /** All packets of the round are read. */
    void readEnds() {
        reading = false;
        flush();
    }
}
