package org.mqttgateway.http.caller;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * Reads what a token permits: its claims {@code mqtt_publish} and {@code mqtt_subscribe} are arrays of topic filters. A claim that is
 * missing or not an array permits nothing. An item that is not a topic filter permits nothing either.
 */
final class TokenClaims {

    private TokenClaims() {}

    /** The identity of a token, with its {@link Caller}, who may do what the token permits. */
    static SecurityIdentity limit(SecurityIdentity identity, Callers callers) {
        if (identity == null) {
            return null;
        }
        JsonWebToken token = (JsonWebToken) identity.getPrincipal();
        Caller.Own own = Caller.Own.of(
                Optional.of(filters(token.getClaim("mqtt_publish"))),
                Optional.of(filters(token.getClaim("mqtt_subscribe"))));
        return QuarkusSecurityIdentity.builder(identity)
                .addAttribute(Caller.class.getName(), callers.bearer(token.getName(), own))
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
