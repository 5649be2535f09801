package org.mqttgateway.mqtt.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.mqttgateway.mqtt.decode.PacketDecoder;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SkippedPublish;

/**
 * One network connection to the broker (section 4.2). It writes packets, passes received packets on, and reports its end once. Everything
 * happens on the event loop of its channel.
 */
public final class MqttConnection extends ChannelInboundHandlerAdapter {

    private enum State {
        /** The server has not upgraded to WebSocket yet. */
        OPENING,
        /** Packets can be written. */
        OPEN,
        /** Nothing is written any more, and nobody takes what still comes. */
        ENDING,
        CLOSED
    }

    private final MqttVersion version;
    private final PacketDecoder decoder;
    private final ConnectionListener listener;
    private final int maxPayload;
    private ChannelHandlerContext context;
    private PacketWriter out;
    private Throwable failure;
    private State state = State.OPENING;

    private Runnable whenOpen; // Null as soon as packets could be written.
    private long packets;
    private int resumptions;

    /** The actions for the PINGRESPs that are still to come, in their order. */
    private final Deque<Runnable> pings = new ArrayDeque<>();

    private MqttConnection(MqttVersion version, PacketDecoder decoder, ConnectionListener listener, int maxPayload) {
        this.version = version;
        this.decoder = decoder;
        this.listener = listener;
        this.maxPayload = maxPayload;
    }

    /**
     * Adds MQTT to an open socket, with WebSocket below it if the options say so. Must be called on the event loop of the socket.
     *
     * @param whenOpen called when packets can be written: in the next round of the event loop, or after the upgrade to WebSocket
     */
    public static MqttConnection on(
            NetSocket socket,
            MqttVersion version,
            ConnectOptions options,
            ConnectionListener listener,
            Runnable whenOpen) {
        PacketDecoder decoder = new PacketDecoder(options.maxPayload(), version == MqttVersion.MQTT_5);
        MqttConnection connection = new MqttConnection(version, decoder, listener, options.maxPayload());
        connection.whenOpen = whenOpen;
        boolean open = MqttPipeline.install(socket, decoder, connection, options);
        if (open) {
            // Runs after this method has returned, so that the caller has the connection by then.
            connection.channel().eventLoop().execute(connection::opened);
        }
        return connection;
    }

    private void opened() {
        Runnable action = whenOpen;
        whenOpen = null;
        if (state == State.OPENING) {
            state = State.OPEN;
            action.run();
        }
    }

    /** Whether packets could be written: false while the server has not upgraded to WebSocket. */
    public boolean wasOpened() {
        return whenOpen == null;
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
        out = new PacketWriter(added, maxPayload, this::fail);
    }

    /** The version that is spoken on it. */
    public MqttVersion version() {
        return version;
    }

    Channel channel() {
        return context.channel();
    }

    /**
     * Grows with each packet, with each KiB of a large one, which may take longer than the keep-alive interval, and when the socket is read again after a pause, because what
     * the broker has sent meanwhile is still to come. While it does not grow, the broker is silent.
     */
    long signsOfLife() {
        return packets + (decoder.bytes() >> 10) + resumptions;
    }

    /** How many packets were written, DISCONNECT aside. */
    long packetsSent() {
        return out.packets();
    }

    /** Whether packets can be written. */
    public boolean isOpen() {
        return state == State.OPENING || state == State.OPEN;
    }

    /** Writes PINGREQ and calls {@code answered} at its PINGRESP (section 3.12): all that the broker sent before has come by then. */
    public void ping(Runnable answered) {
        pings.add(answered);
        write(Packets.pingreq());
    }

    /** Writes a packet; the flush follows by itself. If the write fails, or if the broker leaves too much unread, the connection ends. */
    public void write(MqttMessage packet) {
        out.write(packet);
    }

    /** The same, and {@code written} runs when the socket has taken it; never, if the connection ends before. */
    public void write(MqttMessage packet, Runnable written) {
        out.write(packet, written);
    }

    /** Switches the reading of the socket on or off. While it is off, messages stay with the broker. */
    public void read(boolean on) {
        if (on) {
            resumptions++;
        }
        channel().config().setAutoRead(on);
    }

    /** Whether the socket is read. */
    public boolean isRead() {
        return channel().config().isAutoRead();
    }

    /** Ends the connection with this DISCONNECT. */
    public void disconnect(MqttMessage disconnect) {
        if (!wasOpened()) {
            abort();
        } else if (state != State.CLOSED) {
            state = State.ENDING;
            context.writeAndFlush(disconnect).addListener(sent -> context.close());
        }
    }

    /** Ends the connection without DISCONNECT. */
    public void abort() {
        if (isOpen()) {
            state = State.ENDING;
        }
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        out.readBegins();
        try {
            if (!isOpen()) {
                return;
            }
            packets++;
            if (message instanceof SkippedPublish publish) {
                listener.skipped(publish);
            } else if (message instanceof MqttMessage packet) {
                if (packet.fixedHeader().messageType() == MqttMessageType.PINGRESP && !pings.isEmpty()) {
                    pings.poll().run();
                }
                listener.received(packet);
            }
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        out.readEnds();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Netty reports a failure of TLS as a failure to decode.
        fail(cause instanceof DecoderException && cause.getCause() instanceof IOException ? cause.getCause() : cause);
    }

    private void fail(Throwable cause) {
        if (!isOpen()) {
            return;
        }
        state = State.ENDING;
        failure = cause;
        if (wasOpened() && version == MqttVersion.MQTT_5 && cause instanceof DecoderException) {
            // The broker is told the reason, if it still reads (section 4.13).
            int reasonCode =
                    cause instanceof PacketException packet ? packet.reasonCode() : ReasonCode.MALFORMED_PACKET;
            context.writeAndFlush(Packets.disconnect(version, reasonCode, false));
        }
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        ctx.fireChannelInactive();
    }

    private void end() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            listener.closed(failure);
        }
    }
}
