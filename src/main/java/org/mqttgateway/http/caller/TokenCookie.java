package org.mqttgateway.http.caller;

import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashSet;
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

    /** The different tokens of that cookie; one that is empty is none, as after a logout. */
    Set<String> tokens(HttpServerRequest request) {
        if (name == null || request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            return Set.of();
        }
        Set<String> tokens = new LinkedHashSet<>();
        // With HTTP/2 there may be several of these headers (RFC 9113 section 8.2.3).
        for (String header : request.headers().getAll(HttpHeaders.COOKIE)) {
            for (Cookie cookie : ServerCookieDecoder.STRICT.decodeAll(header)) {
                if (cookie.name().equals(name) && !cookie.value().isEmpty()) {
                    tokens.add(cookie.value());
                }
            }
        }
        return tokens;
    }
}
