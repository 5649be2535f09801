package org.mqttgateway.testing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What Vert.x' sockets do not offer. */
final class Sockets {

    private Sockets() {}

    /** Closes connections of one event loop with RST in place of FIN, in one round of it: none can close another by FIN before. */
    static void reset(NetSocket... sockets) {
        channel(sockets[0]).eventLoop().execute(() -> Stream.of(sockets)
                .map(Sockets::channel)
                .filter(Channel::isOpen)
                .forEach(channel -> {
                    channel.config().setOption(ChannelOption.SO_LINGER, 0);
                    channel.close();
                }));
    }

    /** Reads a connection or not, from when this returns. A socket's own pause does not hold up what goes to its message handler. */
    static void read(NetSocket socket, boolean read) {
        Channel channel = channel(socket);
        CompletableFuture.runAsync(() -> channel.config().setAutoRead(read), task -> {
                    if (channel.eventLoop().inEventLoop()) {
                        task.run();
                    } else {
                        channel.eventLoop().execute(task);
                    }
                })
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static Channel channel(NetSocket socket) {
        return ((NetSocketInternal) socket).channelHandlerContext().channel();
    }
}
