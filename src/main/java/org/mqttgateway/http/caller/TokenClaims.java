package org.mqttgateway.http.caller;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.mqttgateway.mqtt.topic.FilterTemplate;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.HttpSettings;

/**
 * Reads what a token permits: two of its claims are arrays of topic filters, in which {@code {user}} stands for {@code upn}, {@code
 * preferred_username} or {@code sub}. A claim that is missing or not an array permits nothing. An item that is not a topic filter permits nothing
 * either.
 */
@ApplicationScoped
class TokenClaims {

    /** The end of the year 9999: nobody waits for a later one, and times up to it can be reckoned with. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private final Callers callers;
    private final JWTAuthContextInfo trust;

    private final HttpSettings.Token names;

    TokenClaims(Callers callers, JWTAuthContextInfo trust, GatewaySettings settings) {
        this.callers = callers;
        this.names = settings.http().token();
        this.trust = trust;
    }

    /** The identity of a token, with its {@link Caller}, who may do what the token permits. */
    SecurityIdentity limit(SecurityIdentity identity) {
        if (identity == null) {
            return null;
        }
        JsonWebToken token = (JsonWebToken) identity.getPrincipal();
        Caller.Own own = Caller.Own.of(
                Optional.of(filters(token, names.publishClaim())), Optional.of(filters(token, names.subscribeClaim())));
        return QuarkusSecurityIdentity.builder(identity)
                .addAttribute(Caller.class.getName(), callers.bearer(token.getName(), own, expires(token)))
                .build();
    }

    /** When the token is no longer taken: the clocks of its issuer and of the gateway may differ a little. */
    private Instant expires(JsonWebToken token) {
        long expiration = Math.min(token.getExpirationTime(), LAST_SECOND);
        return Instant.ofEpochSecond(Math.min(expiration + trust.getClockSkew(), LAST_SECOND));
    }

    private static List<String> filters(JsonWebToken token, String claim) {
        List<String> filters = new ArrayList<>();
        if (token.getClaim(claim) instanceof Collection<?> items) {
            for (Object item : items) {
                String text = item instanceof JsonString json ? json.getString() : String.valueOf(item);
                FilterTemplate.fill(text, token.getName())
                        .filter(TokenClaims::isFilter)
                        .ifPresent(filters::add);
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
