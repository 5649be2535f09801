package org.mqttgateway.http;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.mqttgateway.settings.GatewaySettings;

/** The user of {@code mqtt.http.user} and {@code mqtt.http.password}; others are left to Quarkus' own realm. */
@ApplicationScoped
public class ConfiguredUser implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

    private final GatewaySettings.Http settings;

    ConfiguredUser(GatewaySettings settings) {
        this.settings = settings.http();
    }

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    /** Before the realm, which fails for users that it does not know. */
    @Override
    public int priority() {
        return IdentityProvider.super.priority() + 1;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        if (settings.user().isEmpty() || !sameText(settings.user().get(), request.getUsername())) {
            return Uni.createFrom().nullItem();
        }
        if (!sameText(
                settings.password().orElse(""), new String(request.getPassword().getPassword()))) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return Uni.createFrom()
                .item(QuarkusSecurityIdentity.builder()
                        .setPrincipal(new QuarkusPrincipal(request.getUsername()))
                        .build());
    }

    /** Compares digests, in constant time: neither the length of the secret nor a common prefix shows in the time it takes. */
    private static boolean sameText(String expected, String actual) {
        return MessageDigest.isEqual(sha256(expected), sha256(actual));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
