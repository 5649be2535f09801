package org.mqttgateway.http;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.mqttgateway.mqtt.TopicAllowList;
import org.mqttgateway.settings.GatewaySettings;

/** Finds the {@link Caller} of a request that {@link Access} has permitted. */
@ApplicationScoped
public class Callers {

    private final Access access;
    private final TopicAllowList publish;
    private final TopicAllowList subscribe;
    private final Caller anybody;

    Callers(Access access, GatewaySettings settings) {
        this.access = access;
        this.publish = TopicAllowList.of(settings.publish().allow());
        this.subscribe = TopicAllowList.of(settings.subscribe().allow());
        this.anybody = new Caller(publish, subscribe, Caller.Own.UNLIMITED);
    }

    /** The caller of a request. If there are no users, everybody may do what the lists of the gateway permit. */
    public Caller of(RoutingContext request) {
        if (!access.isRestricted()) {
            return anybody;
        }
        if (!(request.user() instanceof QuarkusHttpUser user)) {
            throw new IllegalStateException("a request without a user has passed the check of who may call");
        }
        Caller.Own own = user.getSecurityIdentity().getAttribute(Caller.Own.class.getName());
        return own == null ? anybody : new Caller(publish, subscribe, own);
    }

    /** Whether the caller may see details that are for users of the gateway only. Also works for a path that is open to everybody. */
    public Uni<Boolean> isTrusted(RoutingContext request) {
        if (!access.isRestricted()) {
            return Uni.createFrom().item(true);
        }
        Uni<SecurityIdentity> identity = QuarkusHttpUser.getSecurityIdentity(request, null);
        return identity.map(caller -> caller != null && !caller.isAnonymous());
    }
}
