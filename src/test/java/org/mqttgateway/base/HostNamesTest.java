package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Futures;

/** What the system says of names and addresses, off the thread that asks. */
class HostNamesTest {

    private final HostNames names = HostNames.ofSystem();

    private List<InetAddress> lookUp(String host) {
        return names.lookUp(host)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aNameIsKeptWithItsAddresses() {
        lookUp("localhost").forEach(address -> {
            assertEquals("localhost", address.getHostName());
            assertEquals(true, address.isLoopbackAddress());
        });
    }

    @Test
    void anAddressIsItsOwn() {
        assertEquals(
                List.of("127.0.0.1"),
                lookUp("127.0.0.1").stream().map(InetAddress::getHostAddress).toList());
        assertEquals(
                List.of("0:0:0:0:0:0:0:1"),
                lookUp("::1").stream().map(InetAddress::getHostAddress).toList());
    }

    /** Twice, for the second look-up is one of its own. */
    @Test
    void aNameThatIsNotKnownIsAFailure() {
        for (int i = 0; i < 2; i++) {
            CompletionException failure = assertThrows(CompletionException.class, () -> lookUp("no-such-host.invalid"));
            assertInstanceOf(UnknownHostException.class, failure.getCause());
        }
    }

    /** A name server that is silent holds up nobody: not who asks, not who asks for another name; and it is asked once at a time. */
    @Test
    void aSilentNameServerIsWaitedForElsewhere() {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        HostNames slow = HostNames.asking(host -> {
            if (host.equals("silent")) {
                asked.incrementAndGet();
                await(answer);
            }
            return new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})};
        });
        List<Future<List<InetAddress>>> waiting = List.of(slow.lookUp("silent"), slow.lookUp("silent"));
        assertEquals("other", Futures.get(slow.lookUp("other")).get(0).getHostName());
        assertEquals("127.0.0.1", Futures.get(slow.lookUp("127.0.0.1")).get(0).getHostAddress());
        waiting.forEach(future -> assertFalse(future.isComplete()));
        answer.countDown();
        waiting.forEach(
                future -> assertEquals("silent", Futures.get(future).get(0).getHostName()));
        assertEquals(1, asked.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
