package org.mqttgateway.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP request as bytes, which can be as wrong as a test needs it; a client library would refuse to send most of them. */
public final class RawHttp {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final String END_OF_HEAD = "Host: 127.0.0.1\r\nConnection: close\r\n\r\n";

    private RawHttp() {}

    /** What came back; header names are in lower case. The status is 0 if the server closed the connection without a word. */
    public record Answer(int status, Map<String, String> headers, String body) {

        /** The media type; null if there is none. */
        public String contentType() {
            return headers.get("content-type");
        }
    }

    /** The bytes of a request that ends its connection, with the length of its body; {@code headers} are whole lines. */
    public static byte[] request(String requestLine, String headers, byte[] body) {
        return bytes(
                requestLine + " HTTP/1.1\r\n" + headers + "Content-Length: " + body.length + "\r\n" + END_OF_HEAD,
                body);
    }

    /** The bytes of a request whose head is the given lines, whatever they say about the body. */
    public static byte[] withHead(String lines, byte[] body) {
        return bytes(lines + END_OF_HEAD, body);
    }

    private static byte[] bytes(String head, byte[] body) {
        byte[] lines = head.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(lines.length + body.length)
                .put(lines)
                .put(body)
                .array();
    }

    /** Sends the bytes on a connection of their own and reads the answer to the end of the connection. */
    public static Answer send(int port, byte[] request) {
        try (Socket socket = connect(port)) {
            return send(socket, request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection for one request. */
    public static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /** Sends the bytes and reads the answer to the end of the connection. */
    public static Answer send(Socket socket, byte[] request) {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            write(socket, request);
            return parse(socket.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends the text on a connection of its own and returns what comes back within a second, whatever protocol it is. */
    public static String exchange(int port, String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1_000);
            write(socket, request.getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            try {
                for (int b = socket.getInputStream().read();
                        b >= 0;
                        b = socket.getInputStream().read()) {
                    answer.append((char) b);
                }
            } catch (SocketTimeoutException e) {
                // An HTTP/2 connection stays open; what has come is the answer.
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends the request again and again on one connection, reading nothing, until the server has taken no byte of it for a second or has
     * closed the connection. Then runs {@code then}, before this end closes it.
     */
    public static void sendUntilNothingIsTaken(int port, String request, Runnable then) {
        ByteBuffer requests = ByteBuffer.wrap(request.repeat(10).getBytes(StandardCharsets.US_ASCII));
        try (Selector writable = Selector.open();
                SocketChannel caller = SocketChannel.open()) {
            // What the server answers is soon in its own memory, not in that of the sockets.
            caller.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 10);
            caller.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            caller.configureBlocking(false);
            caller.register(writable, SelectionKey.OP_WRITE);
            while (writable.select(1_000) > 0 && taken(caller, requests)) {
                writable.selectedKeys().clear();
            }
            then.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what the socket takes; false if the server has closed the connection. */
    private static boolean taken(SocketChannel caller, ByteBuffer requests) {
        try {
            caller.write(requests);
        } catch (IOException closed) {
            return false;
        }
        if (!requests.hasRemaining()) {
            requests.rewind();
        }
        return true;
    }

    private static void write(Socket socket, byte[] request) throws IOException {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(request);
            out.flush();
        } catch (SocketException e) {
            // The server has answered and closed before the end of the request; the answer is there to be read.
        }
    }

    private static Answer parse(byte[] bytes) throws CharacterCodingException {
        // Strictly: an answer that is not UTF-8 is an error too.
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        if (text.isEmpty()) {
            return new Answer(0, Map.of(), "");
        }
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IllegalStateException("no HTTP answer: " + text);
        }
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] header = lines[i].split(": *", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
        }
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, text.substring(end + 4));
    }
}
