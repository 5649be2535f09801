package org.mqttgateway.mqtt.transport;

import io.netty.channel.EventLoop;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.HostNames;

/**
 * Connects to a host by its name. Its addresses are looked up anew for each call, and tried in turn, IPv6 and IPv4 (RFC 8305 in spirit): the next
 * one when the one before has failed, or has not answered for a quarter of a second. The first socket that is connected is the one.
 */
public final class Dialer {

    private static final long NEXT_MILLIS = 250;

    private final NetClient client;
    private final Context context;
    private final EventLoop loop;
    private final HostNames names;
    private final CertificateName certificate;
    private final long lookupMillis;

    /**
     * @param client whose options say how long one address is waited for
     * @param context on which everything happens
     * @param certificate checks the certificate of the host
     * @param lookupMillis how long the look-up of the name is waited for, in milliseconds
     */
    public Dialer(NetClient client, Context context, HostNames names, CertificateName certificate, long lookupMillis) {
        this.client = client;
        this.context = context;
        this.loop = EventLoops.of(context);
        this.names = names;
        this.certificate = certificate;
        this.lookupMillis = lookupMillis;
    }

    /** A socket that is connected, with TLS if the client has it. If no address leads to one, the future fails with the last failure. */
    public Future<NetSocket> dial(String host, int port) {
        Call call = new Call(port);
        call.lookUp(host);
        return call.socket.future();
    }

    private void after(long millis, Runnable action) {
        loop.schedule(() -> context.runOnContext(v -> action.run()), millis, TimeUnit.MILLISECONDS);
    }

    private final class Call {

        private final int port;
        private final Promise<NetSocket> socket = Promise.promise();
        private final Deque<InetAddress> left = new ArrayDeque<>();

        /** How many addresses have been called, and how many of them have not answered. */
        private int called;

        private int waiting;

        Call(int port) {
            this.port = port;
        }

        void lookUp(String host) {
            after(lookupMillis, () -> {
                if (called == 0) {
                    socket.tryFail(
                            new UnknownHostException("the name is not found: no answer in " + lookupMillis + " ms"));
                }
            });
            names.lookUp(host).onComplete(found -> context.runOnContext(v -> found(found)));
        }

        private void found(AsyncResult<List<InetAddress>> found) {
            if (found.failed()) {
                socket.tryFail(found.cause());
            } else {
                left.addAll(byTurns(found.result()));
                next();
            }
        }

        private void next() {
            if (left.isEmpty() || socket.future().isComplete()) {
                return;
            }
            InetAddress address = left.poll();
            int number = ++called;
            waiting++;
            after(NEXT_MILLIS, () -> {
                if (called == number) {
                    next();
                }
            });
            // The address knows the name for which it was found, and TLS checks that.
            SocketAddress to = SocketAddress.inetSocketAddress(new InetSocketAddress(address, port));
            // What is thrown is a failure too.
            Future.<NetSocket>future(call -> client.connect(to).onComplete(call))
                    .compose(certificate::check)
                    .onComplete(this::answered);
        }

        private void answered(AsyncResult<NetSocket> answer) {
            waiting--;
            if (answer.succeeded()) {
                if (!socket.tryComplete(answer.result())) {
                    answer.result().close();
                }
            } else if (!left.isEmpty()) {
                next();
            } else if (waiting == 0) {
                socket.tryFail(answer.cause());
            }
        }
    }

    /** The addresses of IPv6 and IPv4 by turns, beginning with the family of the first one (RFC 8305 section 4). */
    private static List<InetAddress> byTurns(List<InetAddress> addresses) {
        Class<?> first = addresses.get(0).getClass();
        List<InetAddress> same = addresses.stream().filter(first::isInstance).toList();
        List<InetAddress> other =
                addresses.stream().filter(address -> !first.isInstance(address)).toList();
        List<InetAddress> turns = new ArrayList<>(same);
        for (int i = 0; i < other.size(); i++) {
            turns.add(Math.min(2 * i + 1, turns.size()), other.get(i));
        }
        return turns;
    }
}
