package org.mqttgateway.mqtt.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.MessageToMessageEncoder;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.util.List;
import org.mqttgateway.base.LogText;

/** Puts WebSocket between a socket and MQTT (section 6): first the HTTP upgrade, then each packet in a binary frame. */
final class WebSocketTransport {

    /** The WebSocket subprotocol of both versions of MQTT (section 6.0). */
    private static final String SUBPROTOCOL = "mqtt";

    private static final int MAX_ANSWER = 8_192;
    private static final int MAX_FRAME = 65_535;
    private static final long NO_TIMEOUT = -1;

    private WebSocketTransport() {}

    /**
     * Adds the handlers to a connected socket and asks for the upgrade. {@link #isUpgraded} recognizes the event of its success; a refusal
     * comes as an exception. The caller must notice by itself that the server closes the connection or does not answer.
     *
     * @param before the name of the first handler of MQTT
     */
    static void install(ChannelPipeline pipeline, String before, URI uri) {
        WebSocketClientHandshaker handshaker = new Handshaker(uri);
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(uri)
                .withUTF8Validator(false)
                // MQTT has DISCONNECT for this, and closing must not wait for a dead connection.
                .sendCloseFrame(null)
                .build();
        pipeline.addBefore(before, "http", new HttpClientCodec());
        RefusalHandler refusal = new RefusalHandler();
        pipeline.addBefore(before, "websocket-refusal", refusal);
        pipeline.addBefore(before, "http-aggregator", new HttpObjectAggregator(MAX_ANSWER));
        pipeline.addBefore(before, "websocket", new WebSocketClientProtocolHandler(handshaker, config));
        pipeline.addBefore(before, "websocket-packets", new PacketFrames());
        // Netty's handler asks for the upgrade when the channel becomes active, but with TLS the channel has long been
        // active.
        pipeline.channel().eventLoop().execute(() -> {
            if (!refusal.becameActive) {
                handshaker.handshake(pipeline.channel());
            }
        });
    }

    static boolean isUpgraded(Object event) {
        return event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE;
    }

    private static final class Handshaker extends WebSocketClientHandshaker13 {

        Handshaker(URI uri) {
            super(uri, WebSocketVersion.V13, SUBPROTOCOL, false, headers(uri), MAX_FRAME, true, false, NO_TIMEOUT);
        }

        /** Netty would make them of the URL, and finds no host in one whose name has an underscore. */
        private static HttpHeaders headers(URI uri) {
            boolean tls = uri.getScheme().equals("wss");
            String authority = uri.getRawAuthority().replaceFirst(tls ? ":443$" : ":80$", "");
            return new DefaultHttpHeaders()
                    .set(HttpHeaderNames.HOST, authority)
                    .set(HttpHeaderNames.ORIGIN, (tls ? "https://" : "http://") + authority);
        }

        @Override
        protected WebSocketFrameDecoder newWebsocketDecoder() {
            return new WebSocketFrames();
        }
    }

    /** Turns an answer other than 101 into an exception; its body does not matter. */
    private static final class RefusalHandler extends ChannelInboundHandlerAdapter {

        private boolean becameActive;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            becameActive = true;
            ctx.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpResponse response
                    && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                ctx.fireExceptionCaught(new WebSocketClientHandshakeException(
                        "the server answers " + LogText.escape(response.status().toString())));
                ReferenceCountUtil.release(message);
            } else {
                ctx.fireChannelRead(message);
            }
        }
    }

    private static final class PacketFrames extends MessageToMessageEncoder<ByteBuf> {

        @Override
        protected void encode(ChannelHandlerContext ctx, ByteBuf packet, List<Object> out) {
            out.add(new BinaryWebSocketFrame(packet.retain()));
        }
    }
}
