package org.mqttgateway.testing;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.NetUtil;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetSocketInternal;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.packet.SessionLifetime;

/**
 * A network in memory and the event loop of the session that uses it. The test is the broker: it accepts each call or refuses it. Nothing
 * happens by itself; the clock goes on when the test says so.
 */
public final class EmbeddedNetwork implements AutoCloseable {

    public static final int KEEP_ALIVE_SECONDS = 40;
    public static final int CONNECT_MILLIS = 1_000;
    public static final long SUBACK_MILLIS = 2_000;
    public static final long RETRY_MILLIS = 100;
    public static final int MAX_PAYLOAD = 1_000;
    private static final long MOST_MILLIS = 2_000;

    /** Of this channel only the event loop is used. */
    private final EmbeddedChannel loop = new EmbeddedChannel();

    private record Call(SocketAddress address, Promise<NetSocket> caller) {}

    private final List<String> addresses = new ArrayList<>();
    private final List<EmbeddedSocket> sockets = new ArrayList<>();
    private final Deque<Call> calls = new ArrayDeque<>();
    private NetClientOptions clientOptions;
    private SSLOptions tls;
    private RuntimeException broken;
    private boolean closed;

    /** As {@link System#nanoTime()} may, it soon passes the largest number. */
    private long nanos = Long.MAX_VALUE - 5_000_000;

    public EmbeddedNetwork() {
        loop.freezeTime();
    }

    public static ConnectOptions options(SessionLifetime lifetime, MqttVersion... versions) {
        return options(broker(), lifetime, versions);
    }

    /** A broker whose name has one address. */
    public static Broker broker() {
        return new Broker(name -> Future.succeededFuture(List.of(address(name, "192.0.2.1"))));
    }

    /** An address that was found for a name. */
    public static InetAddress address(String name, String ip) {
        try {
            return InetAddress.getByAddress(name, NetUtil.createByteArrayFromIpAddressString(ip));
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ConnectOptions options(Broker broker, SessionLifetime lifetime, MqttVersion... versions) {
        return options(broker, null, lifetime, versions);
    }

    /** Over WebSocket, if {@code path} is not null. */
    public static ConnectOptions options(
            Broker broker, String path, SessionLifetime lifetime, MqttVersion... versions) {
        return new ConnectOptions(
                broker,
                "broker",
                1883,
                new NetClientOptions(),
                path,
                List.of(versions),
                "gateway",
                lifetime,
                60,
                KEEP_ALIVE_SECONDS,
                null,
                null,
                MAX_PAYLOAD,
                new Patience(CONNECT_MILLIS, SUBACK_MILLIS, RETRY_MILLIS));
    }

    /** It makes one client only. */
    public Vertx vertx() {
        return fake(Vertx.class, (proxy, method, arguments) -> {
            if (method.getName().equals("createNetClient")) {
                clientOptions = (NetClientOptions) arguments[0];
                return client();
            }
            throw new UnsupportedOperationException(method.getName());
        });
    }

    private NetClient client() {
        return fake(NetClient.class, (proxy, method, arguments) -> {
            switch (method.getName()) {
                case "connect" -> {
                    if (broken != null) {
                        RuntimeException thrown = broken;
                        broken = null;
                        throw thrown;
                    }
                    Call call = new Call((SocketAddress) arguments[0], Promise.promise());
                    addresses.add(call.address().toString());
                    calls.add(call);
                    return call.caller().future();
                }
                case "close" -> {
                    closed = true;
                    return Future.succeededFuture();
                }
                case "updateSSLOptions" -> {
                    tls = (SSLOptions) arguments[0];
                    return Future.succeededFuture(true);
                }
                default -> throw new UnsupportedOperationException(method.getName());
            }
        });
    }

    /** Its worker threads are the thread of the test, so a line of the log is there at once. */
    public Context context() {
        return fake(ContextInternal.class, (proxy, method, arguments) -> {
            switch (method.getName()) {
                case "nettyEventLoop" -> {
                    return loop.eventLoop();
                }
                case "runOnContext" -> {
                    @SuppressWarnings("unchecked") // Vert.x declares it so.
                    Handler<Void> action = (Handler<Void>) arguments[0];
                    loop.eventLoop().execute(() -> action.handle(null));
                    return null;
                }
                case "executeBlocking" -> {
                    return Future.succeededFuture(((Callable<?>) arguments[0]).call());
                }
                default -> throw new UnsupportedOperationException(method.getName());
            }
        });
    }

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(EmbeddedNetwork.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** The clock of the session. */
    public long nanoTime() {
        return nanos;
    }

    /** {@code host:port} of each call. */
    public List<String> addresses() {
        run();
        return addresses;
    }

    public NetClientOptions clientOptions() {
        return clientOptions;
    }

    /** What connections use since it has changed; null if it has not. */
    public SSLOptions tls() {
        return tls;
    }

    public boolean isCalled() {
        run();
        return !calls.isEmpty();
    }

    /** Whether something is to be done now on the event loop. */
    public boolean isWoken() {
        return loop.hasPendingTasks();
    }

    /** The IP addresses that are called and have not been answered. */
    public List<String> calls() {
        run();
        return calls.stream().map(call -> call.address().hostAddress()).toList();
    }

    /** Whether the client is closed, so that no other call can follow. */
    public boolean isClosed() {
        run();
        return closed;
    }

    /** Answers the oldest call that is waiting, with a socket on which CONNECT is sent. */
    public EmbeddedSocket answer() {
        run();
        EmbeddedSocket socket = new EmbeddedSocket();
        sockets.add(socket);
        calls.remove().caller().complete(socket.socket());
        run();
        return socket;
    }

    /**
     * Answers the call that is waiting, and accepts the connection with CONNACK.
     *
     * @param sessionKept whether the broker has kept the session; it forgets it if CONNECT asks for that
     */
    public EmbeddedSocket accept(boolean sessionKept) {
        EmbeddedSocket socket = answer();
        socket.accept(sessionKept && !socket.connect().variableHeader().isCleanSession());
        run();
        return socket;
    }

    /** Nobody listens at the address that was called first. */
    public void refuse() {
        refuse(new ConnectException("refused"));
    }

    /** The address that was called first cannot be reached for this reason. */
    public void refuse(Throwable reason) {
        run();
        calls.remove().caller().fail(reason);
        run();
    }

    /** The next call throws this in place of an answer. */
    public void breakNextCall(RuntimeException thrown) {
        broken = thrown;
    }

    /** Answers the oldest call that is waiting with a socket that cannot be used. */
    public void answerBroken(RuntimeException thrown) {
        run();
        calls.remove().caller().complete(fake(NetSocketInternal.class, (proxy, method, arguments) -> {
            if (method.getName().equals("close")) {
                return Future.succeededFuture();
            }
            throw thrown;
        }));
        run();
    }

    /** Does what is to be done now. */
    public void run() {
        boolean any = true;
        while (any) {
            any = loop.hasPendingTasks();
            loop.runPendingTasks();
            for (EmbeddedSocket socket : sockets) {
                any |= socket.channel.hasPendingTasks();
                socket.channel.runPendingTasks();
            }
        }
    }

    /** Lets time pass, and does what is due by then. */
    public void pass(long millis) {
        run();
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
        loop.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        sockets.forEach(socket -> socket.pass(millis));
        loop.runScheduledPendingTasks();
        run();
    }

    /** Lets time pass until something is the case, two seconds at the most. Returns the milliseconds that it took. */
    public long passUntil(BooleanSupplier condition) {
        run();
        for (long passed = 0; passed < MOST_MILLIS; passed++) {
            if (condition.getAsBoolean()) {
                return passed;
            }
            pass(1);
        }
        throw new AssertionError("not within " + MOST_MILLIS + " ms");
    }

    @Override
    public void close() {
        sockets.forEach(EmbeddedSocket::close);
        loop.finishAndReleaseAll();
    }
}
