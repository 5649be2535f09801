package org.mqttgateway.http.caller;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import org.mqttgateway.mqtt.topic.TopicAllowList;
import org.mqttgateway.settings.GatewaySettings;

/** Finds the {@link Caller} of a request that {@link Access} has permitted. */
@ApplicationScoped
public class Callers {

    private final Access access;
    private final TopicAllowList publish;
    private final TopicAllowList subscribe;
    private final int rate;
    private final Caller anybody;

    Callers(Access access, GatewaySettings settings) {
        this.access = access;
        this.rate = settings.http().rate().orElse(0);
        this.publish = TopicAllowList.of(settings.publish().allow().items());
        this.subscribe = TopicAllowList.of(settings.subscribe().allow().items());
        this.anybody = new Caller(publish, subscribe, Caller.Own.UNLIMITED, Owner.NOBODY);
    }

    /** The gateway itself, which publishes what it has to say: it may do what its lists permit. */
    public Caller gateway() {
        return anybody;
    }

    /**
     * A user.
     *
     * @param ownRate the user's own rate, if there is one
     */
    Caller user(String name, Caller.Own own, Optional<Integer> ownRate) {
        return new Caller(publish, subscribe, own, Owner.user(name, ownRate.orElse(rate), access.hasSeveral()));
    }

    /**
     * The bearer of a token.
     *
     * @param name null if the token names nobody
     * @param expires from when on the token is refused
     */
    Caller bearer(String name, Caller.Own own, Instant expires) {
        return new Caller(publish, subscribe, own, Owner.token(name, rate), expires);
    }

    /** Whether there may be several who log in, so that each of them has a share only. */
    public boolean areSeveral() {
        return access.hasSeveral();
    }

    /** The caller of a request. If there are no users, everybody may do what the lists of the gateway permit. */
    public Caller of(RoutingContext request) {
        if (!access.isRestricted()) {
            return rate == 0 ? anybody : at(request.request().remoteAddress());
        }
        if (!(request.user() instanceof QuarkusHttpUser user)) {
            throw new IllegalStateException("a request without a user has passed the check of who may call");
        }
        SecurityIdentity identity = user.getSecurityIdentity();
        Caller caller = identity.getAttribute(Caller.class.getName());
        // Users of Quarkus' realm have nothing of their own but their names.
        return caller == null
                ? user(identity.getPrincipal().getName(), Caller.Own.UNLIMITED, Optional.empty())
                : caller;
    }

    private Caller at(SocketAddress address) {
        return new Caller(publish, subscribe, Caller.Own.UNLIMITED, Owner.address(CallerAddress.of(address), rate));
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
