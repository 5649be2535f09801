package org.mqttgateway.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Free ports, and whether somebody listens on one. Test classes run beside each other in several processes, so each process has a range of
 * its own; it lies below the ports that the system gives to outgoing connections, so that none of those takes a port before it is used.
 */
public final class Ports {

    private static final int FIRST = 10_000;
    private static final int RANGES = 10;
    private static final int RANGE = 2_000;

    /** The number that Surefire and Failsafe give their processes, from 1 on; pom.xml passes it. */
    private static final int PROCESS = Integer.getInteger("surefire.forkNumber", 0) % RANGES;

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(RANGE));

    private Ports() {}

    /** A port on which nobody listens, and which this process has not returned before. */
    public static int free() {
        for (int i = 0; i < RANGE; i++) {
            int port = FIRST + PROCESS * RANGE + NEXT.getAndIncrement() % RANGE;
            if (canListen(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free from " + (FIRST + PROCESS * RANGE) + " on");
    }

    private static boolean canListen(int port) {
        // On all addresses, as the gateway listens.
        try (ServerSocket socket = new ServerSocket(port, 1)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    public static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
