package org.mqttgateway.base;

import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Looks up the addresses of hosts. */
public interface HostNames {

    /**
     * The addresses of a host, in the order in which they should be tried; at least one. The future may end on any thread, and fails with
     * {@link UnknownHostException} if there is none. Does not block.
     *
     * @param host a name, or an address as text
     */
    Future<List<InetAddress>> lookUp(String host);

    /**
     * Asks the system, as other programs of the machine do: its host file, its name servers, its cache. The system waits for a name server
     * that does not answer, ten seconds and more, so that happens on a thread of its own; only one for each name at a time.
     */
    static HostNames ofSystem() {
        return asking(InetAddress::getAllByName);
    }

    /** Looks up the addresses of a host, and may take its time. */
    interface Resolver {

        /** @throws UnknownHostException if there is none */
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** The same as {@link #ofSystem}, of another resolver. */
    static HostNames asking(Resolver resolver) {
        Map<String, Future<List<InetAddress>>> underWay = new ConcurrentHashMap<>();
        return host -> NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)
                ? ask(resolver, host)
                : underWay.computeIfAbsent(host, name -> {
                    Promise<List<InetAddress>> found = Promise.promise();
                    Runnable lookUp = () -> {
                        Future<List<InetAddress>> answer = ask(resolver, name);
                        underWay.remove(name);
                        answer.onComplete(found);
                    };
                    Thread thread = new Thread(lookUp, "name lookup");
                    thread.setDaemon(true);
                    thread.start();
                    return found.future();
                });
    }

    private static Future<List<InetAddress>> ask(Resolver resolver, String host) {
        try {
            return Future.succeededFuture(List.of(resolver.addresses(host)));
        } catch (UnknownHostException | RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
