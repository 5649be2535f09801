package org.mqttgateway.http.caller;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Decides who may call. Everybody may while neither users nor a key for tokens are set; otherwise only callers who have logged in. Quarkus
 * asks this policy for every request of the public port. The only exemption is one exact path, so no other spelling of a path gets past it.
 */
@ApplicationScoped
public class Access implements HttpSecurityPolicy {

    private static final Logger LOG = Logger.getLogger(Access.class);

    /** Open to everybody, because the resource itself hides details from callers who have not logged in. */
    private static final String STATUS = "/status";

    private static final String REALM_USERS = "quarkus.security.users.embedded.users.";

    /** Each of these settings names the key for tokens. The first two are MicroProfile's. */
    private static final List<String> TOKEN_KEYS = List.of(
            "mp.jwt.verify.publickey",
            "mp.jwt.verify.publickey.location",
            "smallrye.jwt.verify.key.location",
            "smallrye.jwt.verify.secretkey");

    private final boolean tokens;
    private final boolean realmUsers;
    private final boolean users;
    private final boolean one;

    Access(GatewaySettings settings) {
        Config config = ConfigProvider.getConfig();
        // The value "NONE" tells the JWT extension that there is no key.
        tokens = TOKEN_KEYS.stream().anyMatch(key -> config.getOptionalValue(key, String.class)
                .filter(value -> !value.equals("NONE"))
                .isPresent());
        realmUsers = hasRealmUsers(config);
        int own = settings.http().users().size() + (settings.http().user().isPresent() ? 1 : 0);
        users = realmUsers || own > 0;
        one = own <= 1 && !realmUsers && !tokens;
    }

    private static boolean hasRealmUsers(Config config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .anyMatch(name -> name.startsWith(REALM_USERS));
    }

    void warn(@Observes StartupEvent event) {
        if (!isRestricted() && LaunchMode.current() == LaunchMode.NORMAL) {
            LOG.warn(
                    "Anybody who reaches this service can publish: set mqtt.http.user and mqtt.http.password (MQTT_HTTP_USER, MQTT_HTTP_PASSWORD)");
        }
    }

    /** Whether callers must say who they are. */
    boolean isRestricted() {
        return users || tokens;
    }

    /** Whether callers can be told apart by who they are: with a single user nobody has anything to share. */
    boolean hasSeveral() {
        return !one;
    }

    /** Whether there are users with passwords. */
    boolean takesPasswords() {
        return users;
    }

    /** Whether there are users in Quarkus' own realm. */
    boolean hasRealmUsers() {
        return realmUsers;
    }

    /** Whether a key is set with which tokens can be verified. */
    boolean takesTokens() {
        return tokens;
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext context, Uni<SecurityIdentity> identity, AuthorizationRequestContext requestContext) {
        if (!isRestricted() || STATUS.equals(context.request().path())) {
            return CheckResult.permit();
        }
        return identity.chain(caller -> {
            if (WhenOver.isOver(context)) {
                // He has left while his credentials were checked: nobody waits for an answer, and nothing is done for
                // him.
                return Uni.createFrom().nothing();
            }
            return caller.isAnonymous() ? CheckResult.deny() : CheckResult.permit();
        });
    }
}
