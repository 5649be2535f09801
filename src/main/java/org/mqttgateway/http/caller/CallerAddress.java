package org.mqttgateway.http.caller;

import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The address of a caller as the one who answers for what is sent from it. Whoever has IPv6 has a network of at least 2^64 addresses (RFC 4291
 * section 2.5.1), so the network counts and not the address. An IPv4 address that is written as an IPv6 one is the IPv4 address.
 */
final class CallerAddress {

    /** Most characters of what stands for an address that is none, as a proxy may write it in {@code Forwarded} (RFC 7239 section 6). */
    private static final int MAX_LENGTH = 64;

    private static final int NETWORK = 8;
    private static final int IPV4_FROM = 12;

    /** IPv6 addresses that hold an IPv4 address in their last four bytes: mapped ones (RFC 4291 section 2.5.5.2), translated ones (RFC 6052). */
    private static final byte[][] IPV4_PREFIXES = {
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff},
        {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}
    };

    private CallerAddress() {}

    /**
     * The address of whoever is at the other end.
     *
     * @param peer as the request says it: behind a trusted proxy the one that the proxy names; may be null
     * @return an IPv4 address, an IPv6 network ({@code 2001:0db8:0000:0001::/64}), or empty if there is none
     */
    static String of(SocketAddress peer) {
        if (peer == null) {
            return "";
        }
        String address = peer.hostAddress();
        return of(address == null ? peer.host() : address);
    }

    private static String of(String address) {
        if (address == null) {
            return "";
        }
        byte[] bytes = address.indexOf(':') < 0 ? null : NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return address.length() > MAX_LENGTH ? address.substring(0, MAX_LENGTH) : address;
        }
        for (byte[] prefix : IPV4_PREFIXES) {
            if (startsWith(bytes, prefix)) {
                return (bytes[IPV4_FROM] & 0xff) + "." + (bytes[IPV4_FROM + 1] & 0xff) + "."
                        + (bytes[IPV4_FROM + 2] & 0xff) + "." + (bytes[IPV4_FROM + 3] & 0xff);
            }
        }
        StringBuilder network = new StringBuilder();
        for (int i = 0; i < NETWORK; i += 2) {
            network.append(HexFormat.of().formatHex(bytes, i, i + 2)).append(':');
        }
        return network.append(":/64").toString();
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length > prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
}
