package org.mqttgateway.http.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who answers for what an address sends: the address itself with IPv4, its network with IPv6. */
public class CallerAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "2001:db8:0:1::1, 2001:0db8:0000:0001::/64",
        "2001:db8:0:1:ffff:ffff:ffff:ffff, 2001:0db8:0000:0001::/64",
        "2001:db8:0:2::1, 2001:0db8:0000:0002::/64",
        "fe80::1%eth0, fe80:0000:0000:0000::/64",
        "::1, 0000:0000:0000:0000::/64",
        "::ffff:192.0.2.7, 192.0.2.7",
        "64:ff9b::c000:207, 192.0.2.7",
        "64:ff9b:1::c000:207, 0064:ff9b:0001:0000::/64",
    })
    void theNetworkOfAnIpv6AddressCountsAndIpv4IsIpv4(String given, String owner) {
        assertEquals(owner, of(given));
    }

    @Test
    void aNameThatAProxyMakesUpCountsAsItIs() {
        assertEquals("_gazonk", of("_gazonk"));
        assertEquals("unknown", of("unknown"));
        assertEquals("nonsense:1", of("nonsense:1"));
        assertNotEquals(of("_one"), of("_two"));
        assertEquals(64, of("_" + "x".repeat(10_000)).length());
    }

    @Test
    void aCallerWithoutAnAddressHasAnEmptyOne() {
        assertEquals("", CallerAddress.of(null));
        assertEquals("", CallerAddress.of(SocketAddress.domainSocketAddress("/run/gateway")));
    }

    public static String of(String host) {
        return CallerAddress.of(SocketAddress.inetSocketAddress(4711, host));
    }
}
