package org.mqttgateway.http.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which messages of a connection are passed on, and when its socket is read. */
class PipelinedRequestsTest {

    private static final HttpContent END = LastHttpContent.EMPTY_LAST_CONTENT;

    /** What was passed on: the path of a request, the bytes of a piece of its body, or its end. */
    private final List<String> passed = new ArrayList<>();

    private final List<String> over = new ArrayList<>();
    private PipelinedRequests requests;
    private final RequestMemory memory = new RequestMemory(1 << 20);
    private Consumer<HttpRequest> application = request -> {};

    private final EmbeddedChannel connection = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                passed.add(request.uri());
                application.accept(request);
            } else {
                passed.add(
                        message == END
                                ? "end"
                                : ((HttpContent) message).content().readableBytes() + " bytes");
                ((HttpContent) message).release();
            }
        }
    });

    @BeforeEach
    void firstRequest() {
        requests = PipelinedRequests.install(connection.pipeline().lastContext(), memory);
    }

    @AfterEach
    void close() {
        connection.finishAndReleaseAll();
    }

    @Test
    void theNextRequestWaitsForTheAnswerAndTheSocketIsNotRead() {
        connection.writeInbound(END, request("/next"), END);
        assertEquals(List.of("end"), passed);
        assertFalse(isRead());
        answer();
        assertEquals(List.of("end", "/next", "end"), passed);
        assertTrue(isRead());
    }

    @Test
    void eachWaitsForItsTurn() {
        connection.writeInbound(END, request("/2"), body(5), END, request("/3"), END);
        answer();
        assertEquals(List.of("end", "/2", "5 bytes", "end"), passed);
        assertFalse(isRead());
        answer();
        assertEquals(List.of("end", "/2", "5 bytes", "end", "/3", "end"), passed);
        assertTrue(isRead());
        answer();
        connection.writeInbound(request("/4"));
        assertEquals("/4", passed.get(6));
    }

    @Test
    void theBodyOfARequestIsPassedOnBeforeItsAnswer() {
        connection.writeInbound(body(1), body(2), END);
        assertEquals(List.of("1 bytes", "2 bytes", "end"), passed);
        assertTrue(isRead());
    }

    /** 100, and the head of an answer, are not its end. */
    @Test
    void theAnswerIsTheWholeAnswer() {
        connection.writeInbound(END, request("/next"));
        connection.writeOutbound(response(HttpResponseStatus.CONTINUE));
        connection.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK), body(3));
        assertEquals(List.of("end"), passed);
        connection.writeOutbound(END);
        assertEquals(List.of("end", "/next"), passed);
    }

    @Test
    void anAnswerThatTheSocketDoesNotTakeIsNoAnswerYet() {
        connection.writeInbound(END, request("/next"));
        connection.write(response(HttpResponseStatus.OK));
        connection.runPendingTasks();
        assertEquals(List.of("end"), passed);
        connection.flush();
        connection.runPendingTasks();
        assertEquals(List.of("end", "/next"), passed);
    }

    @Test
    void manyThatAreAnsweredAtOnceAreOneAfterTheOther() {
        application = request -> connection.writeOutbound(response(HttpResponseStatus.OK));
        connection.writeInbound(END);
        for (int i = 0; i < 32; i++) {
            connection.writeInbound(request("/" + i), END);
        }
        assertEquals(1, passed.size());
        answer();
        assertEquals(65, passed.size());
        assertTrue(isRead());
    }

    /** If a body is not taken, Vert.x stops the reading while a request is passed on, and that must last. */
    @Test
    void whoeverStopsTheReadingIsNotOverruled() {
        application = request -> connection.config().setAutoRead(false);
        connection.writeInbound(END, request("/next"), body(1));
        answer();
        assertEquals(List.of("end", "/next", "1 bytes"), passed);
        assertFalse(isRead());
    }

    @Test
    void tooManyCloseTheConnectionAndNoneIsKept() {
        HttpContent body = body(1);
        connection.writeInbound(request("/next"), body);
        for (int i = 2; i < 64; i++) {
            connection.writeInbound(END);
        }
        assertTrue(connection.isOpen());
        HttpContent tooMuch = body(1);
        connection.writeInbound(tooMuch);
        assertFalse(connection.isOpen());
        assertEquals(0, tooMuch.refCnt());
        assertEquals(0, body.refCnt());
        assertEquals(List.of(), passed);
    }

    @Test
    void aRequestIsOverWhenItHasEndedAndItsAnswerIsTaken() {
        requests.whenOver(null, () -> over.add("answer after the end"));
        connection.writeInbound(END);
        assertEquals(List.of(), over);
        connection.write(response(HttpResponseStatus.OK));
        assertEquals(List.of(), over, "the socket has not taken it");
        connection.flush();
        assertEquals(List.of("answer after the end"), over);
        requests.whenOver(null, () -> over.add("late"));
        assertEquals(List.of("answer after the end", "late"), over);
        connection.writeInbound(request("/next"));
        requests.whenOver(null, () -> over.add("end after the answer"));
        requests.whenOver(null, () -> over.add("another"));
        answer();
        assertEquals(2, over.size());
        connection.writeInbound(body(1));
        assertEquals(2, over.size());
        connection.writeInbound(END);
        assertEquals(List.of("answer after the end", "late", "end after the answer", "another"), over);
    }

    @Test
    void aRequestWhoseConnectionIsClosedIsOver() {
        requests.whenOver(null, () -> over.add("closed"));
        connection.close();
        assertEquals(List.of("closed"), over);
        requests.whenOver(null, () -> over.add("late"));
        assertEquals(List.of("closed", "late"), over);
    }

    @Test
    void theHeadsOfThoseThatWaitAreCounted() {
        HttpRequest large = request("/large");
        large.headers().add("x", "y".repeat(1_000));
        connection.writeInbound(END, large, END);
        long counted = memory.bytes();
        assertTrue(counted > 2_000, counted + " bytes");
        connection.writeInbound(request("/small"), END);
        assertTrue(memory.bytes() >= counted);
        answer();
        assertTrue(memory.bytes() < counted);
        answer();
        assertEquals(0, memory.bytes());
        connection.writeInbound(large, END);
        connection.close();
        assertEquals(0, memory.bytes());
    }

    @Test
    void headsForWhichThereIsNoRoomCloseTheConnection() {
        assertTrue(memory.tryAddHead(memory.largest() - 100, true));
        connection.writeInbound(END);
        HttpRequest next = request("/next");
        next.headers().add("a", "b");
        connection.writeInbound(next);
        assertFalse(connection.isOpen());
    }

    private boolean isRead() {
        return connection.config().isAutoRead();
    }

    private void answer() {
        connection.writeOutbound(response(HttpResponseStatus.OK));
        connection.runPendingTasks();
    }

    private static HttpRequest request(String path) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    }

    private static HttpContent body(int length) {
        ByteBuf bytes = Unpooled.wrappedBuffer(new byte[length]);
        return new DefaultHttpContent(bytes);
    }

    private static DefaultFullHttpResponse response(HttpResponseStatus status) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    }
}
