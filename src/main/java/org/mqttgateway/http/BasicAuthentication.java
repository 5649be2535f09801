package org.mqttgateway.http;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.BasicAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.ws.rs.core.Response.Status;
import java.util.Set;

/** Quarkus' Basic authentication (RFC 7617), with a {@link Problem} as the body of its 401; idle where no user is configured. */
@Alternative
@Priority(1)
@ApplicationScoped
public class BasicAuthentication implements HttpAuthenticationMechanism {

    private final BasicAuthenticationMechanism basic = new BasicAuthenticationMechanism("mqtt-gateway", false);
    private final Access access;

    BasicAuthentication(Access access) {
        this.access = access;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        if (!access.isRestricted()) {
            return Uni.createFrom().nullItem();
        }
        Uni<SecurityIdentity> caller = basic.authenticate(context, identities);
        // Where there were credentials, it has put itself there to send the challenge.
        context.put(HttpAuthenticationMechanism.class.getName(), this);
        return caller;
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return basic.getChallenge(context);
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        return getChallenge(context).map(challenge -> {
            challenge.getHeaders().forEach(context.response()::putHeader);
            context.response()
                    .setStatusCode(challenge.status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                    .end(JsonObject.mapFrom(Problem.of(
                                    Status.UNAUTHORIZED,
                                    ReturnCode.ACL_DENIED,
                                    "send the user name and password of this gateway (Basic)",
                                    null))
                            .toBuffer());
            return true;
        });
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return basic.getCredentialTypes();
    }
}
