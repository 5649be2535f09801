package org.mqttgateway.mqtt.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;

/**
 * Has the system acknowledge at once what a socket has received (TCP_QUICKACK), where it can. It would wait up to 40 ms for something to send along with it
 * (RFC 1122 section 4.2.3.2). Meanwhile a broker that puts small packets together (RFC 896), as Mosquitto does unless it is told not to, holds back the next
 * PUBACK, for which a caller waits. The system forgets the option from time to time, so it is set after each read.
 */
final class QuickAck extends ChannelInboundHandlerAdapter {

    private static final ChannelOption<Boolean> NIO = NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK);

    private final ChannelOption<Boolean> option;

    private QuickAck(ChannelOption<Boolean> option) {
        this.option = option;
    }

    /** Must be called on the event loop of the channel. Does nothing if the system does not know the option. */
    static void install(Channel channel) {
        ChannelOption<Boolean> option = channel instanceof EpollSocketChannel ? EpollChannelOption.TCP_QUICKACK : NIO;
        if (channel.isActive() && channel.config().setOption(option, true)) {
            channel.pipeline().addFirst(new QuickAck(option));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (context.channel().isActive()) {
            context.channel().config().setOption(option, true);
        }
        context.fireChannelReadComplete();
    }
}
