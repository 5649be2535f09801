package org.mqttgateway.webhook.post;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.HostNames;

/**
 * Where the requests go: to one address of the endpoint's name, so that connections are used again, until the name no longer has it or it cannot
 * be reached. Then to the next one. Used on one context.
 */
final class Server {

    /** How long the addresses of a name are used without a look-up. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Vertx vertx;
    private final HostNames names;
    private final String host;
    private final int port;
    private List<InetAddress> addresses = List.of();
    private InetAddress used;
    private long foundAt;

    Server(Vertx vertx, HostNames names, String host, int port) {
        this.vertx = vertx;
        this.names = names;
        this.host = host;
        this.port = port;
    }

    /** The address for the next request. Fails if the name is not known. */
    Future<InetSocketAddress> address() {
        if (!addresses.isEmpty() && System.nanoTime() - foundAt < KEPT_NANOS) {
            return Future.succeededFuture(new InetSocketAddress(used, port));
        }
        // Its listeners are called on this context, and not on the thread of the look-up.
        Promise<List<InetAddress>> found = ((ContextInternal) vertx.getOrCreateContext()).promise();
        names.lookUp(host).onComplete(found);
        return found.future().map(this::found);
    }

    private InetSocketAddress found(List<InetAddress> now) {
        foundAt = System.nanoTime();
        addresses = now;
        if (used == null || !now.contains(used)) {
            used = now.get(0);
        }
        return new InetSocketAddress(used, port);
    }

    /** How many addresses the name has besides the one that is used. */
    int others() {
        return addresses.size() - 1;
    }

    /** The address could not be reached. */
    void failed(InetSocketAddress address) {
        if (address.getAddress().equals(used)) {
            used = addresses.get((addresses.indexOf(used) + 1) % addresses.size());
        }
    }
}
