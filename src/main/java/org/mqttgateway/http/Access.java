package org.mqttgateway.http;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Who may call: everybody while no user is configured, else only users. The policy is asked for every request and knows only what is
 * exempt, by the exact path, so no other spelling of a path slips past it.
 */
@ApplicationScoped
public class Access implements HttpSecurityPolicy {

    private static final Logger LOG = Logger.getLogger(Access.class);
    private static final Set<String> HEALTH =
            Set.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started");
    private static final String REALM_USERS = "quarkus.security.users.embedded.users.";

    private final boolean restricted;

    Access(GatewaySettings settings) {
        restricted = settings.http().user().isPresent() || hasRealmUsers();
    }

    private static boolean hasRealmUsers() {
        return StreamSupport.stream(
                        ConfigProvider.getConfig().getPropertyNames().spliterator(), false)
                .anyMatch(name -> name.startsWith(REALM_USERS));
    }

    void warn(@Observes StartupEvent event) {
        if (!restricted && LaunchMode.current() == LaunchMode.NORMAL) {
            LOG.warn(
                    "Anybody who reaches this service can publish: set mqtt.http.user and mqtt.http.password (MQTT_HTTP_USER, MQTT_HTTP_PASSWORD)");
        }
    }

    /** Whether callers must say who they are. */
    boolean isRestricted() {
        return restricted;
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext context, Uni<SecurityIdentity> identity, AuthorizationRequestContext requestContext) {
        if (!restricted || HEALTH.contains(context.request().path())) {
            return CheckResult.permit();
        }
        return identity.map(caller -> caller.isAnonymous() ? CheckResult.DENY : CheckResult.PERMIT);
    }
}
