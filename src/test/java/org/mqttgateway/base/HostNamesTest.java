package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
}
