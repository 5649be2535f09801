package org.mqttgateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.Channel;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.http.server.HttpChannel;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.RawHttp;

/** Whatever a request holds is given back once, however and whenever it ends. */
class WhenOverTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<String> givenBack = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    @Test
    void theLastIsGivenBackFirstAndEachOnce() {
        handle(context -> {
            hold(context, "connection");
            hold(context, "memory");
            hold(context, "place");
            givenBack.add("answer");
            context.response().end();
        });
        assertEquals(List.of("answer", "place", "memory", "connection"), givenBack);
    }

    @Test
    void whatIsTakenAfterTheAnswerIsGivenBackAtOnce() {
        handle(context -> {
            context.response().end();
            hold(context, "place");
            givenBack.add("after");
        });
        assertEquals(List.of("place", "after"), givenBack);
    }

    @Test
    void whatIsTakenWhileOtherThingsAreGivenBackIsGivenBackToo() {
        handle(context -> {
            hold(context, "connection");
            WhenOver.run(context, () -> hold(context, "timer"));
            context.response().end();
        });
        assertEquals(List.of("timer", "connection"), givenBack);
    }

    /** A connection that fails ends its requests at once, and closes in a later round of the event loop. */
    @Test
    void whatIsTakenBetweenTheFailureAndTheCloseIsGivenBackAtOnce() {
        handle(context -> {
            hold(context, "connection");
            Channel channel = HttpChannel.of(context.request().connection());
            channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            givenBack.add(context.response().closed() ? "closed" : "not closed");
            hold(context, "place");
        });
        assertEquals(List.of("connection", "not closed", "place"), givenBack);
    }

    private void hold(RoutingContext context, String thing) {
        WhenOver.run(context, () -> givenBack.add(thing));
    }

    /** Lets a server handle one request, to the end of its connection. */
    private void handle(Handler<RoutingContext> handler) {
        CompletableFuture<Void> handled = new CompletableFuture<>();
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            context.request().connection().closeHandler(closed -> handled.complete(null));
            handler.handle(context);
        });
        HttpServer server =
                Futures.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
        RawHttp.send(server.actualPort(), RawHttp.request("GET /", "", new byte[0]));
        Awaitility.await("the connection is closed")
                .atMost(20, TimeUnit.SECONDS)
                .until(handled::isDone);
    }
}
