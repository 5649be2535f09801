package org.mqttgateway.feed;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.mqttgateway.base.Held;

/** The far end of a {@link FeedStream}: a response that takes what comes or nothing, as a test says, where a real one would ask its socket. */
final class Client {

    private final Context context;
    private final StringBuffer received = new StringBuffer();
    private final FeedStream stream;
    private final FeedLoop loop;
    private volatile boolean full;
    private volatile int largest;
    private volatile int writes;
    private volatile int left = Integer.MAX_VALUE;
    private volatile boolean drainsAtOnce;
    private volatile String end = "";
    private Handler<Void> drained;

    /** Listens to {@code feed} on {@code context}, from {@code position}. */
    Client(Context context, Feed feed, long position, boolean full) {
        this(context, feed, position, full, new Held(Held.ANY_NUMBER, Long.MAX_VALUE >> 24));
    }

    /** @param unread what is held for all who do not read */
    Client(Context context, Feed feed, long position, boolean full, Held unread) {
        this.context = context;
        this.full = full;
        HttpServerResponse response = (HttpServerResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServerResponse.class},
                (proxy, method, args) -> call(proxy, method.getName(), args));
        stream = new FeedStream(response, position, this::flush, unread.share(), response::reset);
        loop = on(() -> {
            stream.begin(feed.id(position - 1));
            FeedLoop own = feed.loop();
            own.add(stream);
            return own;
        });
    }

    private Object call(Object response, String method, Object[] args) {
        switch (method) {
            case "setChunked", "putHeader" -> {
                return response;
            }
            case "drainHandler" -> {
                @SuppressWarnings("unchecked") // its parameter is one
                Handler<Void> handler = (Handler<Void>) args[0];
                drained = handler;
                return response;
            }
            case "write" -> {
                Buffer bytes = (Buffer) args[0];
                largest = Math.max(largest, bytes.length());
                writes = writes + 1;
                left = left - 1;
                received.append(bytes.toString());
                if (drainsAtOnce) {
                    drained.handle(null);
                }
                return Future.succeededFuture();
            }
            case "writeQueueFull" -> {
                return full || left <= 0;
            }
            case "ended", "closed" -> {
                return !end.isEmpty();
            }
            case "end", "reset" -> {
                if (args != null) {
                    received.append(args[0]);
                }
                end = method;
                return method.equals("end") ? Future.succeededFuture() : (Object) true;
            }
            default -> throw new UnsupportedOperationException(method);
        }
    }

    /** Each write is taken while it is written, which a socket does that was full just before. */
    void drainAtOnce() {
        drainsAtOnce = true;
    }

    /** The socket takes so many more writes, and then nothing. */
    void take(int more) {
        left = more;
    }

    private void flush() {
        loop.flush(stream);
    }

    /** The socket takes no more. */
    void stopReading() {
        full = true;
    }

    /** The socket takes more, as much as comes. */
    void read() {
        full = false;
        on(() -> {
            drained.handle(null);
            return null;
        });
    }

    void heartbeat() {
        on(() -> {
            stream.heartbeat();
            return null;
        });
    }

    void expire() {
        on(() -> {
            stream.expired();
            return null;
        });
    }

    void leave() {
        on(() -> {
            loop.remove(stream);
            return null;
        });
    }

    /** What came: each event as its number, {@code :} for a comment, else the name and data. */
    String events() {
        return received.toString()
                .replaceAll("id:[0-9a-z]+-(\\d+)\ndata:\\{\"topic\".*\n\n", "$1 ")
                .replaceAll(":\nid:[0-9a-z]+-(\\d+)\n\n", ": ")
                .replaceAll(":\n\n", ": ")
                .replaceAll("event:(.*)\ndata:(.*)\n\n", "$1 $2 ")
                .trim();
    }

    /** All that came, as it travels. */
    String text() {
        return received.toString();
    }

    String await(String events) {
        Awaitility.await(events).atMost(10, TimeUnit.SECONDS).until(() -> events().endsWith(events));
        return events();
    }

    /** The bytes of the largest write. */
    int largest() {
        return largest;
    }

    int writes() {
        return writes;
    }

    /** {@code end} or {@code reset}; empty while it goes on. */
    String end() {
        return end;
    }

    private <T> T on(Supplier<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(v -> {
            try {
                done.complete(task.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
