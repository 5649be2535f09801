package org.mqttgateway.settings.source;

import io.netty.util.NetUtil;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may be written in {@code mqtt.server}: a host, {@code host:port}, or a URL of {@code mqtt}, {@code mqtts}, {@code ws} or {@code wss} with user,
 * password (both percent-encoded, RFC 3986), host, port and path. {@link java.net.URI} cannot parse it: it finds no host in a name with an underscore.
 *
 * @param scheme in lower case; null if there is none
 * @param host host name or address; one of IPv6 without its brackets
 * @param parts what else is said, by the keys of the settings of which it is the value
 */
record BrokerUrl(String scheme, String host, Map<String, String> parts) {

    static final String PORT = "mqtt.port";
    static final String TRANSPORT = "mqtt.transport";
    static final String PATH = "mqtt.websocket-path";
    static final String TLS = "mqtt.tls";
    static final String USER = "mqtt.user";
    static final String PASSWORD = "mqtt.password";

    private static final Map<String, Integer> PORTS = Map.of("mqtt", 1883, "mqtts", 8883, "ws", 80, "wss", 443);
    private static final Pattern FORM = Pattern.compile(
            "(?:(?<scheme>[^:/@\\[\\]]+)://)?(?:(?<user>[^/@]*)@)?"
                    + "(?<host>\\[[0-9a-fA-F:.]+(?:%[\\w.-]+)?]|[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}._-]*))(?::(?<port>\\d{1,5}))?(?<path>/.*)?");

    /** Quarkus' name for what the JVM trusts. */
    private static final String TRUST_OF_THE_JVM = "javax.net.ssl";

    /** @throws IllegalArgumentException if {@code text} is none of these; its message does not quote it */
    static BrokerUrl parse(String text) {
        if (NetUtil.isValidIpV6Address(text) && !text.startsWith("[")) {
            return new BrokerUrl(null, text, Map.of());
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("no host name or address");
        }
        String host = form.group("host").replace("[", "").replace("]", "");
        if (host.indexOf(':') >= 0 && !NetUtil.isValidIpV6Address(host)) {
            throw new IllegalArgumentException("no address of IPv6");
        }
        String scheme = form.group("scheme");
        return new BrokerUrl(
                scheme == null ? null : scheme.toLowerCase(Locale.ROOT),
                host,
                parts(scheme == null ? null : scheme.toLowerCase(Locale.ROOT), form));
    }

    private static Map<String, String> parts(String scheme, Matcher form) {
        Map<String, String> parts = new TreeMap<>();
        String port = form.group("port");
        if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535)) {
            throw new IllegalArgumentException("a port is 1 to 65535");
        }
        if (port != null) {
            parts.put(PORT, Integer.toString(Integer.parseInt(port)));
        }
        String path = form.group("path");
        if (scheme == null) {
            if (path != null || form.group("user") != null) {
                throw new IllegalArgumentException("a user and a path need a scheme: mqtt, mqtts, ws or wss");
            }
            return parts;
        }
        if (!PORTS.containsKey(scheme)) {
            throw new IllegalArgumentException("the scheme is none of mqtt, mqtts, ws and wss");
        }
        boolean webSocket = scheme.startsWith("ws");
        parts.put(TRANSPORT, webSocket ? "websocket" : "tcp");
        if (scheme.endsWith("s") && !scheme.equals("ws")) {
            parts.put(TLS, TRUST_OF_THE_JVM);
        }
        if (webSocket && path != null) {
            parts.put(PATH, path);
        } else if (path != null && !path.equals("/")) {
            throw new IllegalArgumentException("there are paths with ws and wss only");
        }
        user(form.group("user"), parts);
        return parts;
    }

    private static void user(String raw, Map<String, String> parts) {
        if (raw != null) {
            int colon = raw.indexOf(':');
            parts.put(USER, decoded(colon < 0 ? raw : raw.substring(0, colon)));
            if (colon >= 0) {
                parts.put(PASSWORD, decoded(raw.substring(colon + 1)));
            }
            if (parts.get(USER).isEmpty()) {
                throw new IllegalArgumentException("a password needs a user");
            }
        }
    }

    private static String decoded(String raw) {
        try {
            // That decoder is one for forms: a plus would become a blank.
            String text = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (text.indexOf('\ufffd') < 0) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("% in a user or password must be written %25", e);
        }
        throw new IllegalArgumentException("user or password is not UTF-8");
    }

    /** The value that the setting has by this; null if nothing is said of it. */
    String part(String key) {
        String part = parts.get(key);
        return part == null && key.equals(PORT) && scheme != null
                ? PORTS.get(scheme).toString()
                : part;
    }

    /** Whether there is TLS, or none, and not just nothing said of it. */
    boolean isPlain() {
        return scheme != null && !parts.containsKey(TLS);
    }
}
