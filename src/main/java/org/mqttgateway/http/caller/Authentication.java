package org.mqttgateway.http.caller;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
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
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Problem;
import org.mqttgateway.http.ProblemAnswer;
import org.mqttgateway.http.ReturnCode;

/**
 * Quarkus' Basic authentication (RFC 7617) and, if a key is configured, tokens (RFC 6750), as {@code Authorization: Bearer} or in a cookie. A
 * refusal has a {@link Problem} as its body. Does nothing if nobody has to log in.
 */
@Alternative
@Priority(1)
@ApplicationScoped
public class Authentication implements HttpAuthenticationMechanism {

    private static final String BEARER = "Bearer ";

    /** Keys of the routing context: the reason why credentials could not be checked now, and what is wrong with the token. */
    private static final String PROBLEM = HttpProblem.class.getName();

    private static final String BAD_TOKEN = BadToken.class.getName();

    private final BasicAuthenticationMechanism basic = new BasicAuthenticationMechanism("mqtt-gateway", false);
    private final TokenCheck tokens;
    private final TokenCookie cookie;
    private final Access access;

    Authentication(TokenCheck tokens, TokenCookie cookie, Access access) {
        this.tokens = tokens;
        this.cookie = cookie;
        this.access = access;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        if (!access.isRestricted()) {
            return Uni.createFrom().nullItem();
        }
        String credentials = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (credentials == null) {
            return byCookie(context, identities);
        }
        if (access.takesTokens() && credentials.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return byToken(credentials.substring(BEARER.length()).trim(), context, identities);
        }
        return orAnonymous(basic.authenticate(context, identities), context)
                .invoke(() -> context.remove(HttpAuthenticationMechanism.class.getName()));
    }

    private Uni<SecurityIdentity> byCookie(RoutingContext context, IdentityProviderManager identities) {
        Set<String> found = cookie.tokens(context.request());
        if (found.size() == 1) {
            return byToken(found.iterator().next(), context, identities);
        }
        if (!found.isEmpty()) {
            context.put(BAD_TOKEN, BadToken.AMBIGUOUS);
        }
        return Uni.createFrom().nullItem();
    }

    private Uni<SecurityIdentity> byToken(String token, RoutingContext context, IdentityProviderManager identities) {
        return orAnonymous(
                tokens.check(token, context, identities)
                        .onFailure(AuthenticationFailedException.class)
                        .invoke(failure -> context.put(BAD_TOKEN, BadToken.of(failure))),
                context);
    }

    /** A caller with wrong credentials becomes an anonymous one, and {@link Access} refuses it like a caller without credentials. */
    private static Uni<SecurityIdentity> orAnonymous(Uni<SecurityIdentity> identity, RoutingContext context) {
        return identity.onFailure(HttpProblem.class)
                .invoke(problem -> context.put(PROBLEM, problem))
                .onFailure(
                        failure -> failure instanceof AuthenticationFailedException || failure instanceof HttpProblem)
                .recoverWithNull();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom()
                .item(new ChallengeData(
                        HttpResponseStatus.UNAUTHORIZED.code(),
                        HttpHeaderNames.WWW_AUTHENTICATE,
                        String.join(", ", challenges(context.get(BAD_TOKEN)))));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        HttpProblem problem = context.get(PROBLEM);
        if (problem == null) {
            BadToken bad = context.get(BAD_TOKEN);
            context.response().putHeader(HttpHeaderNames.WWW_AUTHENTICATE.toString(), challenges(bad));
            problem = HttpProblem.of(
                    Status.UNAUTHORIZED, ReturnCode.ACL_DENIED, bad == null ? detail() : bad.description());
        }
        ProblemAnswer.send(context.response(), problem);
        return Uni.createFrom().item(true);
    }

    private List<String> challenges(BadToken bad) {
        List<String> challenges = new ArrayList<>();
        if (access.takesPasswords()) {
            challenges.add("basic realm=\"mqtt-gateway\"");
        }
        if (access.takesTokens()) {
            challenges.add(bad == null ? BadToken.challenge() : bad.invalidToken());
        }
        return challenges;
    }

    private String detail() {
        if (!access.takesTokens()) {
            return "send the user name and password of this gateway (Basic)";
        }
        return access.takesPasswords()
                ? "send the user name and password of this gateway (Basic) or a token (Bearer)"
                : "send a token (Bearer)";
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        Set<Class<? extends AuthenticationRequest>> types = new HashSet<>(basic.getCredentialTypes());
        types.add(TokenCheck.REQUEST);
        return types;
    }
}
