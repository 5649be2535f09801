package org.mqttgateway.http.caller;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Finds tokens in the cookie {@code mqtt.http.token-cookie}: the {@code EventSource} of a browser sends no other credentials. A request with
 * {@code Authorization} has its credentials there, and its cookies are not looked at. SmallRye JWT has it the other way round.
 */
@ApplicationScoped
class TokenCookie {

    /** Null if tokens come in no cookie. */
    private final String name;

    TokenCookie(GatewaySettings settings, Access access) {
        name = access.takesTokens() ? settings.http().tokenCookie().orElse(null) : null;
    }

    /** Whether tokens may come in a cookie. */
    boolean isRead() {
        return name != null;
    }

    /** The different tokens of that cookie, at most two, because one too many is wrong; one that is empty is none, as after a logout. */
    Set<String> tokens(HttpServerRequest request) {
        if (name == null || request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            return Set.of();
        }
        // With HTTP/2 there may be several of these headers (RFC 9113 section 8.2.3).
        return values(request.headers().getAll(HttpHeaders.COOKIE), name);
    }

    /**
     * At most two of the different values that a cookie has. The headers are searched and not decoded: objects for all cookies would take many
     * times their bytes.
     */
    static Set<String> values(List<String> headers, String name) {
        Set<String> values = new HashSet<>(2);
        for (String header : headers) {
            for (int begin = 0, end; begin < header.length() && values.size() < 2; begin = end + 1) {
                int semicolon = header.indexOf(';', begin);
                end = semicolon < 0 ? header.length() : semicolon;
                while (begin < end && header.charAt(begin) == ' ') {
                    begin++;
                }
                int equals = begin + name.length();
                if (equals < end && header.charAt(equals) == '=' && header.startsWith(name, begin)) {
                    String value = unquoted(header.substring(equals + 1, end).trim());
                    if (!value.isEmpty()) {
                        values.add(value);
                    }
                }
            }
        }
        return values;
    }

    /** RFC 6265 section 4.1.1 permits quotes around a value. */
    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
