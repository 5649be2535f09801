package org.mqttgateway.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.mqttgateway.mqtt.TopicFilter;

/**
 * What a token permits: the topic filters of its claims {@code mqtt_publish} and {@code mqtt_subscribe}, arrays of strings. A claim that is
 * missing or something else permits nothing, and neither does an item that is no topic filter.
 */
final class TokenClaims {

    private TokenClaims() {}

    /** The identity of a token, with what the token permits. */
    static SecurityIdentity limit(SecurityIdentity identity) {
        if (identity == null) {
            return null;
        }
        JsonWebToken token = (JsonWebToken) identity.getPrincipal();
        Caller.Own own = Caller.Own.of(
                Optional.of(filters(token.getClaim("mqtt_publish"))),
                Optional.of(filters(token.getClaim("mqtt_subscribe"))));
        return QuarkusSecurityIdentity.builder(identity)
                .addAttribute(Caller.Own.class.getName(), own)
                .build();
    }

    private static List<String> filters(Object claim) {
        List<String> filters = new ArrayList<>();
        if (claim instanceof Collection<?> items) {
            for (Object item : items) {
                String text = item instanceof JsonString json ? json.getString() : String.valueOf(item);
                if (isFilter(text)) {
                    filters.add(text);
                }
            }
        }
        return filters;
    }

    private static boolean isFilter(String text) {
        try {
            return !new TopicFilter(text).text().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
