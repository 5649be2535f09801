package org.mqttgateway.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port that neither accepts nor refuses: its queue of connections is full, so the system answers no SYN any more. */
public final class SilentPort implements AutoCloseable {

    private static final int MOST = 20;
    private static final int SILENCE_MILLIS = 200;

    private final ServerSocket listener;
    private final List<Socket> queue = new ArrayList<>();

    public SilentPort(String address, int port) throws IOException {
        listener = new ServerSocket(port, 1, InetAddress.getByName(address));
        for (int i = 0; i < MOST; i++) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(new InetSocketAddress(address, port), SILENCE_MILLIS);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new IOException("the queue is never full");
    }

    public String address() {
        return listener.getInetAddress().getHostAddress();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queue) {
            socket.close();
        }
        listener.close();
    }
}
