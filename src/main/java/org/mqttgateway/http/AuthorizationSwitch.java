package org.mqttgateway.http;

import io.quarkus.security.spi.runtime.AuthorizationController;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;

/** Turns Quarkus' authorization off where {@link Access} permits everything anyway: finding that out would cost each request its part. */
@Alternative
@Priority(1)
@Singleton
public class AuthorizationSwitch extends AuthorizationController {

    private final boolean enabled;

    AuthorizationSwitch(Access access) {
        enabled = access.isRestricted();
    }

    @Override
    public boolean isAuthorizationEnabled() {
        return enabled;
    }
}
