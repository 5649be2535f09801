package org.mqttgateway.http.caller;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.smallrye.jwt.runtime.auth.JsonWebTokenCredential;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.atomic.AtomicInteger;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/**
 * Checks tokens, wherever in a request they came. The number of tokens at a time is limited: the key may have to be fetched from a slow
 * issuer, and until then each token occupies a worker thread.
 */
@ApplicationScoped
class TokenCheck {

    /** What Quarkus' check of tokens takes. */
    static final Class<? extends AuthenticationRequest> REQUEST = TokenAuthenticationRequest.class;

    /** Most tokens that are checked at the same time: few of the worker threads, which others need too. */
    private static final int MAX_TOKENS = 32;

    private final AtomicInteger underWay = new AtomicInteger();
    private final TokenClaims claims;

    TokenCheck(TokenClaims claims) {
        this.claims = claims;
    }

    /**
     * The identity of the bearer, with his {@link Caller}. Fails with Quarkus' {@code AuthenticationFailedException}, of which {@link BadToken}
     * knows the reason, or with {@link HttpProblem} 503.
     */
    Uni<SecurityIdentity> check(String token, RoutingContext context, IdentityProviderManager identities) {
        if (underWay.incrementAndGet() > MAX_TOKENS) {
            underWay.decrementAndGet();
            return Uni.createFrom()
                    .failure(HttpProblem.retryable(
                            Status.SERVICE_UNAVAILABLE,
                            ReturnCode.QUEUE_SIZE,
                            "too many tokens are being checked; the broker does not have the message, try again later",
                            1));
        }
        AuthenticationRequest request = HttpSecurityUtils.setRoutingContextAttribute(
                new TokenAuthenticationRequest(new JsonWebTokenCredential(token)), context);
        return identities
                .authenticate(request)
                .onTermination()
                .invoke(() -> underWay.decrementAndGet())
                .map(claims::limit);
    }
}
