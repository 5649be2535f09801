package org.mqttgateway.mqtt.transport;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import org.mqttgateway.mqtt.decode.PacketDecoder;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.SessionLifetime;

/** Puts MQTT on an open socket, with WebSocket below it if the options say so. */
final class MqttPipeline {

    /** The name of Vert.x' own handler, the last one of the pipeline. */
    private static final String VERTX_HANDLER = "handler";

    private static final String DECODER = "mqtt-decoder";

    private MqttPipeline() {}

    /** Must be called on the event loop of the socket. Returns whether packets can be written: not yet, if WebSocket is asked for. */
    static boolean install(NetSocket socket, PacketDecoder decoder, MqttConnection connection, ConnectOptions options) {
        // Vert.x offers this way to add Netty's codecs; its own MQTT client uses it too.
        ChannelPipeline pipeline =
                ((NetSocketInternal) socket).channelHandlerContext().pipeline();
        if (options.lifetime() == SessionLifetime.PROCESS) {
            // Sessions that publish, or get replies: callers wait for what comes. The others acknowledge what they have
            // consumed, and
            // that takes the acknowledgement of TCP along.
            QuickAck.install(pipeline.channel());
        }
        pipeline.addBefore(VERTX_HANDLER, DECODER, decoder);
        pipeline.addBefore(VERTX_HANDLER, "mqtt-encoder", MqttEncoder.INSTANCE);
        pipeline.addBefore(VERTX_HANDLER, "mqtt", connection);
        if (options.webSocketPath() != null) {
            WebSocketTransport.install(pipeline, DECODER, options.webSocketUri());
        }
        return options.webSocketPath() == null;
    }
}
