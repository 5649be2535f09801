package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.UsesSharedGateway;

/** Connections that say nothing, or half of something, lock nobody out for long. */
@UsesSharedGateway
class ConnectionsIT {

    private static final int CONNECTIONS = 10_200;

    /** What a probe of Kubernetes may be given. */
    private static final int PROBE_MILLIS = 5_000;

    @Test
    void halfSentRequestsEndAndListenersStay() throws Exception {
        long files =
                ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
        assumeTrue(files > CONNECTIONS + 500, "needs 10,700 open files (ulimit -n), there may be " + files);
        List<Socket> sockets = new ArrayList<>();
        Gateway gateway = SharedGateway.gateway();
        int logged = gateway.log().size();
        try (SseClient listener = SseClient.open(gateway.httpPort(), "/messages")) {
            AtomicBoolean flooded = new AtomicBoolean(true);
            CompletableFuture<List<Integer>> liveness = Background.supply(() -> liveness(gateway, flooded));
            Socket trickler = halfSent(gateway);
            for (int i = 0; i < CONNECTIONS; i++) {
                sockets.add(halfSent(gateway));
            }
            Awaitility.await("a publish is served")
                    .atMost(30, TimeUnit.SECONDS)
                    .pollInterval(1, TimeUnit.SECONDS)
                    .ignoreExceptions()
                    .until(() -> trickle(trickler) & publishes(gateway));
            flooded.set(false);
            List<Integer> statuses = liveness.get(30, TimeUnit.SECONDS);
            assertEquals(Set.of(200), Set.copyOf(statuses));
            assertTrue(statuses.size() > 5, "liveness was asked " + statuses.size() + " times");
            Awaitility.await("slow headers end too")
                    .atMost(15, TimeUnit.SECONDS)
                    .pollInterval(1, TimeUnit.SECONDS)
                    .until(() -> !trickle(trickler));
            assertEquals(1, gateway.log("quarkus.http.limits.max-connections").size());
            assertEquals(List.of(), gateway.logAfter(logged, "ERROR"));
            listener.awaitData("after the flood");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** What liveness answers, each time on a connection of its own, until the flood is over; 0 for no answer. */
    private static List<Integer> liveness(Gateway gateway, AtomicBoolean flooded) {
        List<Integer> statuses = new ArrayList<>();
        URI address = URI.create("http://127.0.0.1:" + gateway.managementPort() + "/q/health/live");
        while (flooded.get()) {
            try {
                HttpURLConnection probe = (HttpURLConnection) address.toURL().openConnection();
                probe.setRequestProperty("Connection", "close");
                probe.setConnectTimeout(PROBE_MILLIS);
                probe.setReadTimeout(PROBE_MILLIS);
                statuses.add(probe.getResponseCode());
                probe.disconnect();
            } catch (IOException e) {
                statuses.add(0);
            }
        }
        return statuses;
    }

    private static Socket halfSent(Gateway gateway) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.httpPort());
        socket.getOutputStream().write("POST /publish HTTP/1.1\r\nHost: x\r\nX-".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** One byte more of a header; false when the gateway has closed the connection. */
    private static boolean trickle(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private static boolean publishes(Gateway gateway) {
        return gateway.request()
                        .contentType(ContentType.JSON)
                        .body("{\"topic\":\"django/mqtt\",\"msg\":\"after the flood\"}")
                        .post("/publish")
                        .statusCode()
                == 200;
    }
}
