package org.mqttgateway.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One network connection to the broker (section 4.2): packets out, packets in, and its end, which comes once. All of it happens on the
 * event loop of its channel. What is written in one round of the loop leaves with one flush: that system call is the dearest part of a
 * publish.
 */
final class MqttConnection extends ChannelInboundHandlerAdapter {

    /** Told of what comes, on the event loop. */
    interface Listener {

        /** A packet; what it holds is released when this returns. */
        void received(MqttMessage packet);

        /** A PUBLISH that the {@link PublishGuard} did not let through. */
        void skipped(SkippedPublish publish);

        /** The connection is gone. {@code failure} is what was wrong with it; null if the broker just closed it. */
        void closed(Throwable failure);
    }

    /** The name under which Vert.x has its own handler, the last one. */
    private static final String VERTX_HANDLER = "handler";

    private final MqttVersion version;
    private final PublishGuard guard;
    private final Listener listener;
    private ChannelHandlerContext context;
    private Throwable failure;
    private boolean reading;
    private boolean flushDue;
    private boolean closed;
    private boolean ending;
    private boolean opened;
    private Runnable whenOpen;
    private long packets;

    /** What is to be done at each PINGRESP that is due; they come in order. */
    private final Deque<Runnable> pings = new ArrayDeque<>();

    private MqttConnection(MqttVersion version, PublishGuard guard, Listener listener) {
        this.version = version;
        this.guard = guard;
        this.listener = listener;
    }

    /**
     * Puts MQTT on an open socket, with WebSocket below it if the options say so; to be called on its event loop.
     *
     * @param whenOpen called when packets can be written: at once, or after the upgrade to WebSocket
     */
    static MqttConnection on(
            NetSocket socket, MqttVersion version, ConnectOptions options, Listener listener, Runnable whenOpen) {
        PublishGuard guard = new PublishGuard(options.maxPayload(), version == MqttVersion.MQTT_5);
        MqttConnection connection = new MqttConnection(version, guard, listener);
        // The way that Vert.x offers for codecs of Netty; its own MQTT client goes it too.
        ChannelPipeline pipeline =
                ((NetSocketInternal) socket).channelHandlerContext().pipeline();
        pipeline.addBefore(VERTX_HANDLER, "mqtt-guard", guard);
        pipeline.addBefore(VERTX_HANDLER, "mqtt-decoder", new MqttDecoder(Integer.MAX_VALUE));
        pipeline.addBefore(VERTX_HANDLER, "mqtt-encoder", MqttEncoder.INSTANCE);
        pipeline.addBefore(VERTX_HANDLER, "mqtt", connection);
        if (!connection.channel().isActive()) {
            connection.channel().eventLoop().execute(connection::end);
        }
        connection.whenOpen = whenOpen;
        if (options.webSocketPath() != null) {
            WebSocketTransport.install(pipeline, "mqtt-guard", options.webSocketUri());
        } else {
            // When the caller has the connection.
            connection.channel().eventLoop().execute(connection::opened);
        }
        return connection;
    }

    private void opened() {
        opened = true;
        if (!closed) {
            whenOpen.run();
        }
    }

    /** Whether packets could be written: false while the server has not upgraded to WebSocket. */
    boolean wasOpened() {
        return opened;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (WebSocketTransport.isUpgraded(event)) {
            opened();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    MqttVersion version() {
        return version;
    }

    Channel channel() {
        return context.channel();
    }

    /**
     * Grows with each packet, and with each KiB of a large one, which may take longer than the keep-alive; where it does not grow the broker is
     * silent.
     */
    long signsOfLife() {
        return packets + (guard.bytes() >> 10);
    }

    boolean isOpen() {
        return !closed && !ending;
    }

    /** Writes PINGREQ, and calls {@code answered} at its PINGRESP, before which comes all that the broker has sent until then. */
    void ping(Runnable answered) {
        pings.add(answered);
        write(Packets.pingreq());
    }

    /** Writes a packet; the flush follows by itself. If it fails the connection ends. */
    void write(MqttMessage packet) {
        context.write(packet, context.voidPromise());
        flushSoon();
    }

    /** Writes a packet and calls {@code written} when the socket has taken it; not at all if the connection ends before. */
    void write(MqttMessage packet, Runnable written) {
        context.write(packet).addListener(result -> {
            if (result.isSuccess()) {
                written.run();
            }
        });
        flushSoon();
    }

    private void flushSoon() {
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

    /** Whether the socket is read; where it is not, what the broker sends stays with the broker. */
    void read(boolean on) {
        channel().config().setAutoRead(on);
    }

    boolean isRead() {
        return channel().config().isAutoRead();
    }

    /** Ends the connection with DISCONNECT. */
    void disconnect(int reasonCode) {
        if (!opened) {
            abort();
        } else if (!closed) {
            ending = true;
            context.writeAndFlush(Packets.disconnect(version, reasonCode)).addListener(sent -> context.close());
        }
    }

    /** Ends the connection without a word. */
    void abort() {
        ending = true;
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        try {
            if (ending) {
                // Whatever came after the end was decided on has no place to go.
                return;
            }
            if (message instanceof PublishGuard.Passed passed) {
                check(passed);
                return;
            }
            packets++;
            if (message instanceof SkippedPublish publish) {
                listener.skipped(publish);
            } else if (message instanceof MqttMessage packet) {
                received(packet);
            }
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void received(MqttMessage packet) {
        if (packet.decoderResult().isFailure()) {
            Throwable cause = packet.decoderResult().cause();
            fail(cause instanceof DecoderException ? cause : new DecoderException(cause.getMessage()));
        } else {
            if (packet.fixedHeader().messageType() == MqttMessageType.PINGRESP && !pings.isEmpty()) {
                pings.poll().run();
            }
            listener.received(packet);
        }
    }

    private void check(PublishGuard.Passed passed) {
        if (passed.packets() != packets) {
            fail(new DecoderException("a packet that ends before its fields do"));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        flush();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // What TLS has to say comes as a failure to decode.
        fail(cause instanceof DecoderException && cause.getCause() instanceof IOException ? cause.getCause() : cause);
    }

    private void fail(Throwable cause) {
        if (ending || closed) {
            return;
        }
        ending = true;
        failure = cause;
        if (opened && version == MqttVersion.MQTT_5 && cause instanceof DecoderException) {
            // Section 4.13: the broker is told why, if it still listens.
            context.writeAndFlush(Packets.disconnect(version, ReasonCode.MALFORMED_PACKET));
        }
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        ctx.fireChannelInactive();
    }

    private void end() {
        if (!closed) {
            closed = true;
            listener.closed(failure);
        }
    }

    /** A packet that a server does not send, or not now (section 4.13.1). */
    static DecoderException protocolError(MqttMessageType type) {
        return new DecoderException("an unexpected " + type);
    }
}
