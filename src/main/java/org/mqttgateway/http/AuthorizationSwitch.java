package org.mqttgateway.http;

import io.quarkus.security.spi.runtime.AuthorizationController;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;

/**
 * Turns Quarkus' authorization off where everything is permitted anyway, by {@link Access} and for want of permissions of Quarkus' own
 * ({@code quarkus.http.auth.permission.*}): finding that out would cost each request its part.
 */
@Alternative
@Priority(1)
@Singleton
public class AuthorizationSwitch extends AuthorizationController {

    private final boolean enabled;

    AuthorizationSwitch(Access access, VertxHttpConfig http) {
        enabled = access.isRestricted() || !http.auth().permissions().isEmpty();
    }

    @Override
    public boolean isAuthorizationEnabled() {
        return enabled;
    }
}
