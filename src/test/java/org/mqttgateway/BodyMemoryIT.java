package org.mqttgateway;

import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.AnyBroker;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** Large bodies that come slowly take a bounded part of the memory, and nobody else's place. */
class BodyMemoryIT {

    private static final int CALLERS = 200;
    private static final int BODY = 6_000_000;
    private static final byte[] PIECE = " ".repeat(100_000).getBytes(StandardCharsets.US_ASCII);

    private Gateway gateway;

    /** 256 MB, where they could end the process. */
    @Test
    @UsesSharedGateway
    void manyLargeBodiesDoNoHarmInASmallHeap() throws Exception {
        gateway = SharedGateway.gateway();
        manyLargeBodiesDoNoHarm(false);
    }

    /** Where they could make the process too large. */
    @Test
    void manyLargeBodiesDoNoHarmInALargeHeap() throws Exception {
        // The only variable that comes after the options of the command line.
        Map<String, String> heap = Map.of("_JAVA_OPTIONS", "-Xmx512m");
        try (AnyBroker broker = AnyBroker.start();
                Gateway large = Gateway.start(broker.port(), heap)) {
            large.awaitLog("Subscribed to django/mqtt");
            gateway = large;
            manyLargeBodiesDoNoHarm(true);
        }
    }

    private void manyLargeBodiesDoNoHarm(boolean chunked) throws Exception {
        int logged = gateway.log().size();
        List<Socket> callers = new ArrayList<>();
        try {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(begin(chunked));
            }
            if (!chunked) {
                whoFindsNoRoomIsToldWhenToComeBack();
            }
            int pieces = BODY / PIECE.length - 1;
            List<Integer> small = new ArrayList<>();
            for (int i = 0; i < pieces; i++) {
                send(callers, chunked);
                if (i % 3 == 0) {
                    small.add(publish());
                }
            }
            assertEquals(Collections.nCopies(20, 200), small);
            assertTrue(!callers.isEmpty() && callers.size() < CALLERS, callers.size() + " bodies are under way");
            assertTrue(gateway.isRunning());
            assertTrue(gateway.peakMemory() < 768 << 10, gateway.peakMemory() + " KiB");
        } finally {
            for (Socket caller : callers) {
                caller.close();
            }
        }
        // What the callers held is free again when they have gone.
        Awaitility.await("a large body has room").until(() -> publish("x".repeat(1_000_000)) == 200);
        assertEquals(List.of(), gateway.logAfter(logged, "ERROR"));
    }

    private void whoFindsNoRoomIsToldWhenToComeBack() {
        gateway.request()
                .contentType(ContentType.JSON)
                .body(" ".repeat(BODY))
                .post("/publish")
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .body("code", is(15));
    }

    private Socket begin(boolean chunked) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.httpPort());
        String length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + BODY;
        String head = "POST /publish HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Each sends the next piece; those that were refused go. */
    private static void send(List<Socket> callers, boolean chunked) {
        for (Iterator<Socket> all = callers.iterator(); all.hasNext(); ) {
            Socket caller = all.next();
            try {
                if (caller.getInputStream().available() > 0) {
                    throw new IOException("the gateway has answered");
                }
                if (chunked) {
                    caller.getOutputStream()
                            .write((Integer.toHexString(PIECE.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                }
                caller.getOutputStream().write(PIECE);
                if (chunked) {
                    caller.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException refused) {
                all.remove();
            }
        }
    }

    private int publish() {
        return publish("small");
    }

    private int publish(String text) {
        return gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"bodies/small\",\"msg\":\"" + text + "\"}")
                .post("/publish")
                .statusCode();
    }
}
