package org.mqttgateway.http.limit;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Passes the requests of an HTTP/1.1 connection on to Vert.x one at a time, each when the socket has taken the answer to the one before. A
 * caller may send requests ahead (pipelining, RFC 9112 section 9.3.2), but while one waits, the socket is not read. Vert.x alone would put
 * all of them into a list, walk through that list for each further one, and write answers into memory that nobody reads: a single caller
 * could hold up an event loop and fill the heap.
 */
final class PipelinedRequests extends ChannelDuplexHandler implements RequestEnds {

    /**
     * Most messages that may wait, of Netty's decoder: a request without a body is two. They come with the same bytes as the first of them,
     * because after it nothing is read. A caller who sends more requests at once has the connection closed.
     */
    private static final int MAX_HELD = 64;

    private final RequestMemory memory;
    private final Deque<Object> held = new ArrayDeque<>(1);

    /** Whether the socket has not taken the whole answer to the last request that was passed on. */
    private boolean answerDue = true;

    /** Whether the last request that was passed on has not come to its end. */
    private boolean endDue = true;

    /** What is to be done when nothing of that request is held any more. */
    private final Deque<Runnable> whenOver = new ArrayDeque<>(2);

    private boolean removed;

    private PipelinedRequests(RequestMemory memory) {
        this.memory = memory;
    }

    /**
     * Adds this to a connection of HTTP/1.1 whose first request is just being handled. Must be called on its event loop.
     *
     * @param memory counts the heads of the requests that wait
     */
    static PipelinedRequests install(ChannelHandlerContext vertx, RequestMemory memory) {
        PipelinedRequests requests = new PipelinedRequests(memory);
        vertx.pipeline().addBefore(vertx.name(), "pipelined-requests", requests);
        return requests;
    }

    @Override
    public void whenOver(HttpServerRequest request, Runnable action) {
        if (removed || !answerDue && !endDue) {
            action.run();
        } else {
            whenOver.add(action);
        }
    }

    private void tellIfOver() {
        if (removed || !answerDue && !endDue) {
            for (Runnable action = whenOver.poll(); action != null; action = whenOver.poll()) {
                action.run();
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (held.isEmpty() && isDue(message)) {
            pass(context, message);
        } else if (held.size() < MAX_HELD && isCounted(message)) {
            held.add(message);
            context.channel().config().setAutoRead(false);
        } else {
            ReferenceCountUtil.release(message);
            context.close();
        }
    }

    private boolean isCounted(Object message) {
        if (!(message instanceof HttpRequest request)) {
            return true;
        }
        return memory.tryAddHead(HeadWeight.of(request.headers()), false);
    }

    /** The message does not wait any more. */
    private void giveBack(Object message) {
        if (message instanceof HttpRequest request) {
            memory.remove(HeadWeight.of(request.headers()));
        }
    }

    private boolean isDue(Object message) {
        return !answerDue || !(message instanceof HttpRequest);
    }

    private void pass(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            answerDue = true;
            endDue = true;
        }
        if (message instanceof LastHttpContent) {
            endDue = false;
        }
        context.fireChannelRead(message);
        tellIfOver();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof LastHttpContent && !isInterim(message)) {
            context.write(message, promise.unvoid().addListener(taken -> answered(context)));
        } else {
            context.write(message, promise);
        }
    }

    /** Whether the answer itself is still to come (RFC 9110 section 15.2). */
    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private void answered(ChannelHandlerContext context) {
        answerDue = false;
        tellIfOver();
        if (!held.isEmpty()) {
            // Not from here, where Vert.x is in the middle of an answer: each would be a call within the one before.
            context.executor().execute(() -> passHeld(context));
        }
    }

    private void passHeld(ChannelHandlerContext context) {
        if (held.isEmpty() || !isDue(held.peek())) {
            return;
        }
        // Before the messages are passed on, for Vert.x stops the reading again if nobody takes a body yet.
        context.channel().config().setAutoRead(true);
        while (!held.isEmpty() && isDue(held.peek())) {
            Object message = held.poll();
            giveBack(message);
            pass(context, message);
        }
        if (!held.isEmpty()) {
            context.channel().config().setAutoRead(false);
        }
        // Vert.x flushes what it has written at the end of a read.
        context.fireChannelReadComplete();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(this::giveBack);
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        removed = true;
        tellIfOver();
    }
}
