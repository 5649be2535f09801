package org.mqttgateway.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An HTTP/2 connection of frames as bytes (RFC 9113 section 4.1), which a client library would refuse to send. It never reads. */
public final class RawHttp2 implements AutoCloseable {

    public static final int DATA = 0x0;
    public static final int HEADERS = 0x1;
    public static final int RST_STREAM = 0x3;
    public static final int SETTINGS = 0x4;
    public static final int PING = 0x6;
    public static final int WINDOW_UPDATE = 0x8;

    public static final int END_STREAM = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int FRAMES_AT_ONCE = 1_000;

    private final Socket socket = new Socket();

    /** Connects, without a word of HTTP/1.1 before. */
    public RawHttp2(int port) {
        try {
            // What the server answers is soon in its own memory, not in that of the sockets.
            socket.setReceiveBufferSize(4 << 10);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream().write(PREFACE.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(frame(SETTINGS, 0, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A frame; {@code stream} 0 is the connection. */
    public static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** The HEADERS frame of {@code POST path}, whose body is to follow. */
    public static byte[] post(int stream, String path) {
        return head(END_HEADERS, stream, "POST", path);
    }

    /** The HEADERS frame of a request whose body is to follow, with headers as name, value, name, value, names in lower case. */
    public static byte[] begin(int stream, String method, String path, String... headers) {
        return head(END_HEADERS, stream, method, path, headers);
    }

    /** The HEADERS frame of a request without a body, with headers in the same way. */
    public static byte[] request(int stream, String method, String path, String... headers) {
        return head(END_HEADERS | END_STREAM, stream, method, path, headers);
    }

    /** RFC 7541: names of the static table where it has them, values as they are. */
    private static byte[] head(int flags, int stream, String method, String path, String... headers) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        // :scheme http
        block.write(0x86);
        // :authority, :method, :path
        write(block, 0x01, "x");
        write(block, 0x02, method);
        write(block, 0x04, path);
        for (int i = 0; i < headers.length; i += 2) {
            // A literal with a name of its own.
            write(block, 0x00, headers[i]);
            write(block, headers[i + 1]);
        }
        return frame(HEADERS, flags, stream, block.toByteArray());
    }

    private static void write(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        write(block, value);
    }

    /** A string is its length, which has seven bits in the first byte (RFC 7541 sections 5.1 and 5.2), and its characters. */
    private static void write(ByteArrayOutputStream block, String value) {
        int rest = value.length() - 0x7f;
        block.write(Math.min(value.length(), 0x7f));
        for (; rest >= 0x80; rest >>>= 7) {
            block.write(rest | 0x80);
        }
        if (rest >= 0) {
            block.write(rest);
        }
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends some frames; false if the server has ended the connection. */
    public boolean send(byte[] frames) {
        try {
            socket.getOutputStream().write(frames);
            return true;
        } catch (IOException ended) {
            return false;
        }
    }

    /** Sends the frame again and again; returns whether the server ended the connection before {@code most} of them. */
    public boolean flood(byte[] frame, int most) {
        ByteBuffer many = ByteBuffer.allocate(frame.length * FRAMES_AT_ONCE);
        while (many.hasRemaining()) {
            many.put(frame);
        }
        for (int sent = 0; sent < most; sent += FRAMES_AT_ONCE) {
            if (!send(many.array())) {
                return true;
            }
        }
        return false;
    }

    /** Ends the connection with RST in place of FIN. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
