package org.mqttgateway.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A caller who sends a request, or a part of one, and goes away without the answer, in one of the ways that there are. */
public final class Leaver {

    /** How a caller goes away. */
    public enum Way {
        /** HTTP/1.1: the connection is closed. */
        FIN(false),
        /** HTTP/1.1: it is reset. */
        RST(false),
        /** HTTP/2: the stream is reset, and the connection goes on. */
        RST_STREAM(true),
        /** HTTP/2: the connection is closed. */
        HTTP2_FIN(true),
        /** HTTP/2: it is reset. */
        HTTP2_RST(true),
        /** HTTP/2: a frame that is none ends the connection for the server, before it closes it. */
        HTTP2_ERROR(true);

        private final boolean http2;

        Way(boolean http2) {
            this.http2 = http2;
        }
    }

    /** The stream of the request (RFC 9113 section 5.1.1: a client's first). */
    private static final int STREAM = 1;

    private static final byte[] CANCEL = {0, 0, 0, 8};

    private final Way way;
    private final Socket socket;
    private final RawHttp2 connection;

    private Leaver(Way way, Socket socket, RawHttp2 connection) {
        this.way = way;
        this.socket = socket;
        this.connection = connection;
    }

    /**
     * Sends the head of a request and so many bytes of its body.
     *
     * @param body null if the request has none
     * @param headers name, value, name, value
     */
    public static Leaver send(
            Way way, int port, String method, String path, byte[] body, int bytes, String... headers) {
        try {
            if (way.http2) {
                RawHttp2 connection = new RawHttp2(port);
                connection.send(http2(method, path, body, bytes, headers));
                return new Leaver(way, null, connection);
            }
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.getOutputStream().write(http1(method, path, body, bytes, headers));
            return new Leaver(way, socket, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] http1(String method, String path, byte[] body, int bytes, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        if (body != null) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        if (body != null) {
            request.write(body, 0, bytes);
        }
        return request.toByteArray();
    }

    private static byte[] http2(String method, String path, byte[] body, int bytes, String... headers) {
        String[] names = headers.clone();
        for (int i = 0; i < names.length; i += 2) {
            names[i] = names[i].toLowerCase(Locale.ROOT);
        }
        if (body == null) {
            return RawHttp2.request(STREAM, method, path, names);
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(RawHttp2.begin(STREAM, method, path, names));
        if (bytes > 0) {
            int flags = bytes == body.length ? RawHttp2.END_STREAM : 0;
            request.writeBytes(RawHttp2.frame(RawHttp2.DATA, flags, STREAM, Arrays.copyOf(body, bytes)));
        }
        return request.toByteArray();
    }

    /** Goes away. */
    public void leave() {
        try {
            switch (way) {
                case FIN -> socket.close();
                case RST -> {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
                case RST_STREAM -> connection.send(RawHttp2.frame(RawHttp2.RST_STREAM, 0, STREAM, CANCEL));
                case HTTP2_FIN -> connection.close();
                case HTTP2_RST -> connection.reset();
                // DATA of the connection (RFC 9113 section 6.1).
                case HTTP2_ERROR -> connection.send(RawHttp2.frame(RawHttp2.DATA, 0, 0));
                default -> throw new IllegalStateException(way.name());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes what is still open. */
    public void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
