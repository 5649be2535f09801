package org.mqttgateway.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of {@code mqtt.webhook.url}. {@link URI} alone cannot parse it: it finds no host in a name with an underscore, and the names of
 * Compose services often have one.
 *
 * @param tls whether the scheme is https
 * @param host host name or address; one of IPv6 without its brackets
 * @param port TCP port, 1 to 65535
 * @param uri path and query, at least {@code /}
 * @param userInfo {@code user:password}, decoded; it is sent as Basic authentication (RFC 7617)
 */
public record WebhookAddress(boolean tls, String host, int port, String uri, Optional<String> userInfo) {

    private static final Pattern AUTHORITY =
            Pattern.compile("(?:(?<user>[^@]*)@)?(?<host>\\[[0-9a-fA-F:.]+]|[^:\\[\\]@]+)(?::(?<port>\\d{1,5}))?");

    /** @throws IllegalArgumentException if {@code url} is no absolute URL of http or https; its message does not quote the URL */
    public static WebhookAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(url.trim());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no URL");
        }
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        if (uri.getRawAuthority() == null || !(tls || "http".equalsIgnoreCase(uri.getScheme()))) {
            throw new IllegalArgumentException("not http or https");
        }
        Matcher authority = AUTHORITY.matcher(uri.getRawAuthority());
        if (!authority.matches()) {
            throw new IllegalArgumentException("no host");
        }
        String digits = authority.group("port");
        int port = digits != null ? Integer.parseInt(digits) : tls ? 443 : 80;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no port");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String host = authority.group("host").replace("[", "").replace("]", "");
        return new WebhookAddress(tls, host, port, path + query, userInfo(authority.group("user")));
    }

    private static Optional<String> userInfo(String raw) {
        // Decoded as a path: the decoder for forms would turn + into a space.
        return raw == null
                ? Optional.empty()
                : Optional.of(URI.create("http://host/" + raw).getPath().substring(1));
    }

    /** The address for logs and health, without the credentials and without the query, which may contain a token. */
    @Override
    public String toString() {
        int query = uri.indexOf('?');
        String shownHost = host.contains(":") ? "[" + host + "]" : host;
        return (tls ? "https://" : "http://") + shownHost + ":" + port + (query < 0 ? uri : uri.substring(0, query));
    }
}
