package org.mqttgateway.http.caller;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.smallrye.jwt.runtime.auth.JWTAuthMechanism;
import io.quarkus.vertx.http.runtime.security.BasicAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.ws.rs.core.Response.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Problem;
import org.mqttgateway.http.ProblemAnswer;
import org.mqttgateway.http.ReturnCode;

/**
 * Quarkus' Basic authentication (RFC 7617) and, if a key is configured, its Bearer tokens (RFC 6750). A refusal has a {@link Problem} as
 * its body. Does nothing if nobody has to log in.
 */
@Alternative
@Priority(1)
@ApplicationScoped
public class Authentication implements HttpAuthenticationMechanism {

    private static final String REALM = "realm=\"mqtt-gateway\"";
    private static final String BEARER = "Bearer ";

    /** Keys of the routing context: the reason why credentials could not be checked now, and whether the credentials were a bad token. */
    private static final String PROBLEM = HttpProblem.class.getName();

    private static final String BAD_TOKEN = Authentication.class.getName() + ".badToken";

    /** Most tokens that are checked at the same time: few of the worker threads, which others need too. */
    private static final int MAX_TOKENS = 32;

    private final AtomicInteger tokensUnderWay = new AtomicInteger();
    private final BasicAuthenticationMechanism basic = new BasicAuthenticationMechanism("mqtt-gateway", false);
    private final JWTAuthMechanism bearer;
    private final Access access;
    private final TokenClaims claims;

    Authentication(JWTAuthMechanism bearer, Access access, TokenClaims claims) {
        this.claims = claims;
        this.bearer = bearer;
        this.access = access;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        String credentials = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (credentials == null || !access.isRestricted()) {
            return Uni.createFrom().nullItem();
        }
        boolean token = access.takesTokens() && credentials.regionMatches(true, 0, BEARER, 0, BEARER.length());
        Uni<SecurityIdentity> identity =
                token ? checkToken(context, identities) : basic.authenticate(context, identities);
        // A caller with wrong credentials becomes an anonymous one, and Access refuses it like a caller without
        // credentials.
        return identity.onFailure(HttpProblem.class)
                .invoke(problem -> context.put(PROBLEM, problem))
                .onFailure(
                        failure -> failure instanceof AuthenticationFailedException || failure instanceof HttpProblem)
                .recoverWithItem(() -> {
                    context.put(BAD_TOKEN, token);
                    return null;
                })
                .invoke(() -> context.remove(HttpAuthenticationMechanism.class.getName()));
    }

    /**
     * Checks a token. The number of tokens at a time is limited: the key may have to be fetched from a slow issuer, and until then each
     * token occupies a worker thread.
     */
    private Uni<SecurityIdentity> checkToken(RoutingContext context, IdentityProviderManager identities) {
        if (tokensUnderWay.incrementAndGet() > MAX_TOKENS) {
            tokensUnderWay.decrementAndGet();
            return Uni.createFrom()
                    .failure(HttpProblem.retryable(
                            Status.SERVICE_UNAVAILABLE,
                            ReturnCode.QUEUE_SIZE,
                            "too many tokens are being checked; the broker does not have the message, try again later",
                            1));
        }
        return bearer.authenticate(context, identities)
                .onTermination()
                .invoke(() -> tokensUnderWay.decrementAndGet())
                .map(claims::limit);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom()
                .item(new ChallengeData(
                        HttpResponseStatus.UNAUTHORIZED.code(),
                        HttpHeaderNames.WWW_AUTHENTICATE,
                        String.join(", ", challenges(context))));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        HttpProblem problem = context.get(PROBLEM);
        if (problem == null) {
            context.response().putHeader(HttpHeaderNames.WWW_AUTHENTICATE.toString(), challenges(context));
            problem = HttpProblem.of(Status.UNAUTHORIZED, ReturnCode.ACL_DENIED, detail(context));
        }
        ProblemAnswer.send(context.response(), problem);
        return Uni.createFrom().item(true);
    }

    private List<String> challenges(RoutingContext context) {
        List<String> challenges = new ArrayList<>();
        if (access.takesPasswords()) {
            challenges.add("basic " + REALM);
        }
        if (access.takesTokens()) {
            challenges.add(BEARER + REALM + (hasBadToken(context) ? ", error=\"invalid_token\"" : ""));
        }
        return challenges;
    }

    private String detail(RoutingContext context) {
        if (hasBadToken(context)) {
            return "the token is not valid: it has expired, or it is not signed with the key that this gateway trusts";
        }
        if (!access.takesTokens()) {
            return "send the user name and password of this gateway (Basic)";
        }
        return access.takesPasswords()
                ? "send the user name and password of this gateway (Basic) or a token (Bearer)"
                : "send a token (Bearer)";
    }

    private static boolean hasBadToken(RoutingContext context) {
        return Boolean.TRUE.equals(context.get(BAD_TOKEN));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        Set<Class<? extends AuthenticationRequest>> types = new HashSet<>(basic.getCredentialTypes());
        types.addAll(bearer.getCredentialTypes());
        return types;
    }
}
