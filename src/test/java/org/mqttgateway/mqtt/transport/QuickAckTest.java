package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Futures;

/** With a broker that puts small packets together, the answer to one publish does not wait for that to another. */
@EnabledOnOs(OS.LINUX)
class QuickAckTest {

    private static final int ROUNDS = 60;
    private static final int PACKETS = 3;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void severalAnswersComeWithoutAPause(boolean epoll) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(epoll));
        try {
            NetServer broker = vertx.createNetServer(new NetServerOptions().setTcpNoDelay(false))
                    .connectHandler(socket -> socket.handler(request -> answer(vertx, socket)));
            Futures.get(broker.listen(0, "127.0.0.1"));
            NetSocket socket = Futures.get(vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true))
                    .connect(broker.actualPort(), "127.0.0.1"));
            ((NetSocketInternal) socket)
                    .channelHandlerContext()
                    .executor()
                    .submit(() -> QuickAck.install(
                            ((NetSocketInternal) socket).channelHandlerContext().channel()));
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                millis.add(ask(socket));
            }
            millis.sort(null);
            assertTrue(millis.get(ROUNDS / 2) < 20, millis + " ms");
        } finally {
            Futures.get(vertx.close());
        }
    }

    /** Each byte leaves with a system call of its own, as packets do that a broker answers one by one. */
    private static void answer(Vertx vertx, NetSocket socket) {
        for (int i = 0; i < PACKETS; i++) {
            vertx.runOnContext(v -> socket.write("x"));
        }
    }

    /** Returns how many milliseconds it takes until all answers have come. */
    private static long ask(NetSocket socket) {
        CompletableFuture<Void> all = new CompletableFuture<>();
        Buffer received = Buffer.buffer();
        socket.handler(bytes -> {
            if (received.appendBuffer(bytes).length() >= PACKETS) {
                all.complete(null);
            }
        });
        long sent = System.nanoTime();
        socket.write("?");
        all.orTimeout(20, TimeUnit.SECONDS).join();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
    }
}
