package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.InProcessBrokerResource;
import org.mqttgateway.testing.NastyHead;
import org.mqttgateway.testing.NastyJson;
import org.mqttgateway.testing.NastyRequest;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.Work;

/**
 * The law of cost: whatever a caller sends, it makes the gateway allocate at most {@value #PER_BYTE} bytes for each of its bytes, and 64 KB
 * besides; twice as much of it is at most {@value #GROWTH} times the work; and an answer with an error is not larger than what was sent and 4 KB.
 * jqwik makes the requests; a failure names the seed that repeats it ({@code -Dlaw.seed}; {@code -Dlaw.tries} makes more of them).
 */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class LawOfCostTest {

    private static final int PER_BYTE = 20;
    private static final int BESIDES = 64 << 10;
    private static final double GROWTH = 2.5;
    private static final int LITTLE_PER_BYTE = 4;
    private static final int PATIENCE = 5;
    private static final int ANSWER_BESIDES = 4 << 10;

    /** What nobody could take for linear: CPU time is no exact measure, but allocates nothing in a loop that is quadratic. */
    private static final long CPU_NANOS_PER_BYTE = 1_000;

    private static final long CPU_NANOS_BESIDES = 100_000_000;

    /** HTTP/2 counts so many bytes for a header besides its text (RFC 9113 section 6.5.2), for which Netty has objects. */
    private static final int HEADER = 32;

    private static final String SEED = System.getProperty("law.seed", Integer.toString(new Random().nextInt()));
    private static final int TRIES = Integer.getInteger("law.tries", 60);

    @TestHTTPResource("/")
    URI uri;

    private final List<String> broken = new ArrayList<>();

    /** A request of a size, what it has made the application do, and what came back. */
    private record Cost(String name, int bytes, Work work, RawHttp.Answer answer) {

        boolean isLawful() {
            int status = answer.status();
            boolean isShort = answer.body().getBytes(StandardCharsets.UTF_8).length <= bytes + ANSWER_BESIDES;
            return work.allocated() <= (long) PER_BYTE * bytes + BESIDES
                    && work.cpuNanos() <= CPU_NANOS_PER_BYTE * bytes + CPU_NANOS_BESIDES
                    && (isShort || status < 400)
                    && status != 0
                    && status != 500;
        }

        @Override
        public String toString() {
            return String.format(
                    "%s, %d bytes: %d allocated, %d us of CPU, status %d, %d bytes back",
                    name,
                    bytes,
                    work.allocated(),
                    work.cpuNanos() / 1_000,
                    answer.status(),
                    answer.body().length());
        }
    }

    @Test
    void holdsForBodies() {
        check(NastyJson.requests(), TRIES, 128 << 10);
    }

    @Test
    void holdsForHeads() {
        check(NastyHead.requests(), TRIES, 7 << 10);
    }

    /** With sizes that have done harm, or would. */
    @Test
    void holdsForTheWorst() {
        NastyJson.worst().forEach(request -> cost(request, 0));
        assertEquals("", String.join("\n", broken));
    }

    private void check(Arbitrary<NastyRequest> requests, int tries, int size) {
        JqwikSession.run(SEED, () -> {
            for (int i = 0; i < tries; i++) {
                check(requests.sample(), size);
            }
        });
        assertEquals("", String.join("\n", broken), "with seed " + SEED);
    }

    private void check(NastyRequest request, int size) {
        Cost once = cost(request, size);
        Cost twice = cost(request, 2 * size);
        // Below this it is no matter: Jackson's first buffer, which is there already, holds half of the smaller one.
        long little = (long) LITTLE_PER_BYTE * once.bytes() + BESIDES / 2;
        if (twice.work().allocated() > GROWTH * Math.max(once.work().allocated(), little)) {
            broken.add(twice + ", but half of it: " + once.work().allocated());
        }
    }

    /**
     * What a request costs. It is sent at least twice, and up to {@value #PATIENCE} times while it seems to break the law: what is needed only at
     * the first time, or what something else has done meanwhile, is not of the request.
     */
    private Cost cost(NastyRequest request, int size) {
        byte[] bytes = request.made().apply(size);
        RawHttp.Answer[] answer = new RawHttp.Answer[1];
        Work least = work(bytes, answer);
        Cost cost = null;
        for (int i = 1; i < PATIENCE && (cost == null || !cost.isLawful()); i++) {
            least = least.least(work(bytes, answer));
            cost = new Cost(request.name(), counted(bytes), least, answer[0]);
        }
        if (!cost.isLawful()) {
            broken.add(cost.toString());
        }
        return cost;
    }

    private Work work(byte[] request, RawHttp.Answer[] answer) {
        try (Socket caller = RawHttp.connect(uri.getPort())) {
            return Work.of(() -> answer[0] = RawHttp.send(caller, request));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of the request, and those that HTTP/2 counts for each header besides. */
    private static int counted(byte[] request) {
        int bytes = request.length;
        for (int i = 1; i < request.length && !(request[i - 1] == '\n' && request[i] == '\r'); i++) {
            bytes += request[i] == '\n' ? HEADER : 0;
        }
        return bytes;
    }
}
