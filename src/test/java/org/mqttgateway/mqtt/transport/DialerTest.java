package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;

/** Which address of a name is called when, and what becomes of those that answer late. */
class DialerTest {

    private static final String V4 = "192.0.2.1";
    private static final String OTHER_V4 = "192.0.2.2";
    private static final String V6 = "2001:db8:0:0:0:0:0:1";
    private static final long LOOKUP_MILLIS = 1_000;

    private final EmbeddedNetwork network = new EmbeddedNetwork();
    private final Promise<List<InetAddress>> found = Promise.promise();
    private final Dialer dialer = new Dialer(
            network.vertx().createNetClient(new NetClientOptions()),
            network.context(),
            name -> found.future(),
            new CertificateName("broker", new NetClientOptions()),
            LOOKUP_MILLIS);
    private final Future<NetSocket> socket = dialer.dial("broker", 1883);

    @AfterEach
    void close() {
        network.close();
    }

    private void find(String... ips) {
        found.complete(
                Stream.of(ips).map(ip -> EmbeddedNetwork.address("broker", ip)).toList());
        network.run();
    }

    private void callAll() {
        for (int i = 0; i < 4; i++) {
            network.pass(250);
        }
    }

    /** TLS checks it, and the server wants it (SNI). */
    @Test
    void theSocketIsCalledByTheName() {
        assertEquals(List.of(), network.calls());
        find(V4);
        assertEquals(List.of(V4), network.calls());
        assertEquals(List.of("broker:1883"), network.addresses());
        network.answer();
        assertTrue(socket.succeeded());
    }

    @Test
    void theNextAddressIsCalledAfterAQuarterOfASecond() {
        find(V4, OTHER_V4);
        network.pass(249);
        assertEquals(List.of(V4), network.calls());
        network.pass(1);
        assertEquals(List.of(V4, OTHER_V4), network.calls());
    }

    @Test
    void itIsCalledAtOnceWhenTheOneBeforeFails() {
        find(V4, OTHER_V4, V6);
        network.refuse();
        assertEquals(List.of(V6), network.calls());
        network.pass(249);
        assertEquals(List.of(V6), network.calls(), "the quarter of a second begins anew");
        network.pass(1);
        assertEquals(List.of(V6, OTHER_V4), network.calls());
    }

    @Test
    void bothFamiliesAreCalledByTurns() {
        find(V6, "2001:db8:0:0:0:0:0:2", "2001:db8:0:0:0:0:0:3", V4, OTHER_V4);
        callAll();
        assertEquals(List.of(V6, V4, "2001:db8:0:0:0:0:0:2", OTHER_V4, "2001:db8:0:0:0:0:0:3"), network.calls());
    }

    @Test
    void oneOfOneFamilyAndManyOfTheOther() {
        find(V6, V4, OTHER_V4, "192.0.2.3");
        callAll();
        assertEquals(List.of(V6, V4, OTHER_V4, "192.0.2.3"), network.calls());
    }

    @Test
    void theFirstThatAnswersIsTheOneAndTheOtherIsClosed() {
        find(V4, OTHER_V4, V6);
        network.pass(250);
        EmbeddedSocket first = network.answer();
        assertTrue(socket.succeeded());
        EmbeddedSocket late = network.answer();
        assertTrue(first.channel.isOpen());
        assertFalse(late.channel.isOpen());
        network.pass(1_000);
        assertEquals(List.of(), network.calls(), "the third is not needed");
    }

    @Test
    void theCallFailsWhenAllAddressesHave() {
        find(V4, OTHER_V4);
        network.pass(250);
        network.refuse();
        assertFalse(socket.isComplete());
        network.refuse();
        assertEquals("refused", socket.cause().getMessage());
    }

    @Test
    void aNameThatIsNotKnownIsAFailure() {
        found.fail(new UnknownHostException("broker"));
        network.run();
        assertEquals("broker", socket.cause().getMessage());
    }

    /** The look-up goes on by itself, for the system cannot be asked to stop. */
    @Test
    void aNameServerThatDoesNotAnswerIsNotWaitedForForLong() {
        network.pass(LOOKUP_MILLIS - 1);
        assertFalse(socket.isComplete());
        network.pass(1);
        assertEquals(
                "the name is not found: no answer in 1000 ms", socket.cause().getMessage());
        find(V4);
        assertEquals(List.of(), network.calls(), "nobody waits for it any more");
    }
}
