package org.mqttgateway.connector;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Context;
import java.util.Iterator;

/**
 * Makes the MQTT connections of an event loop flush once in each round of the loop. The client flushes each packet, and that system call
 * is the dearest part of a publish; it keeps its channel to itself, so the channel is found by what it encodes.
 */
final class FlushPerRound {

    /** Packets after which a round flushes before its end, so that the broker need not wait for a long one. */
    private static final int MAX_PACKETS = FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES;

    private FlushPerRound() {}

    /** To be called on the event loop of the context. */
    static void on(Context context) {
        if (EventLoops.of(context) instanceof SingleThreadEventLoop loop) {
            for (Iterator<Channel> channels = loop.registeredChannelsIterator(); channels.hasNext(); ) {
                ChannelPipeline pipeline = channels.next().pipeline();
                if (pipeline.get(MqttEncoder.class) != null && pipeline.get(FlushConsolidationHandler.class) == null) {
                    pipeline.addFirst(new FlushConsolidationHandler(MAX_PACKETS, true));
                }
            }
        }
    }
}
