package org.mqttgateway.http.caller;

import io.quarkus.elytron.security.runtime.ElytronPasswordIdentityProvider;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mqttgateway.http.password.BcryptChecks;
import org.mqttgateway.http.password.CredentialDigest;
import org.mqttgateway.mqtt.topic.FilterTemplate;
import org.mqttgateway.settings.BcryptHash;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.TextList;

/**
 * Checks the passwords of the users in {@code mqtt.http.user} and {@code mqtt.http.users.*}; those of Quarkus' own realm are checked there.
 * How long a wrong password takes does not tell whether the user exists.
 */
@ApplicationScoped
public class Users implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

    private final Map<String, User> users = new HashMap<>();
    private final CredentialDigest digests = new CredentialDigest();
    private final BcryptChecks checks;
    private final ElytronPasswordIdentityProvider realm;
    private final boolean realmUsers;

    /**
     * A user. {@code accepted} is the digest of the right credentials; if only a hash is configured, it is null until a password has
     * matched the hash.
     */
    private static final class User {

        private final SecurityIdentity identity;
        private final String hash;
        private volatile byte[] accepted;

        User(String name, String password, Caller caller, CredentialDigest digests) {
            this.identity = QuarkusSecurityIdentity.builder()
                    .setPrincipal(new QuarkusPrincipal(name))
                    .addAttribute(Caller.class.getName(), caller)
                    .build();
            this.hash = BcryptHash.is(password) ? password : null;
            this.accepted = hash == null ? digests.of(name, password) : null;
        }
    }

    Users(
            GatewaySettings settings,
            BcryptChecks checks,
            ElytronPasswordIdentityProvider realm,
            Access access,
            Callers callers) {
        this.checks = checks;
        this.realm = realm;
        this.realmUsers = access.hasRealmUsers();
        settings.http()
                .user()
                .ifPresent(name -> add(
                        name, settings.http().password(), callers.user(name, Caller.Own.UNLIMITED, Optional.empty())));
        settings.http()
                .users()
                .forEach((name, user) -> add(
                        name,
                        user.password(),
                        callers.user(
                                name,
                                Caller.Own.of(filters(user.publish(), name), filters(user.subscribe(), name)),
                                user.rate())));
    }

    private static Optional<List<String>> filters(TextList list, String user) {
        return list.given().map(items -> items.stream()
                .flatMap(item -> FilterTemplate.fill(item, user).stream())
                .toList());
    }

    private void add(String name, Optional<String> password, Caller caller) {
        User user = new User(name, password.orElseThrow(), caller, digests);
        users.put(name, user);
        if (user.hash != null) {
            checks.expect(user.hash);
        }
    }

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    /** Runs before the realm, which fails for users that it does not know, and asks it itself. */
    @Override
    public int priority() {
        return IdentityProvider.super.priority() + 1;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        User user = users.get(request.getUsername());
        String password = new String(request.getPassword().getPassword());
        byte[] digest = digests.of(request.getUsername(), password);
        if (user != null && CredentialDigest.same(user.accepted, digest)) {
            return Uni.createFrom().item(user.identity);
        }
        // The realm needs a worker thread for each check, so it is asked only if it has users; but then for everybody,
        // or it could be told by time which users are not its own.
        if (!realmUsers) {
            return check(user, password, digest, address(request));
        }
        Context eventLoop = Vertx.currentContext();
        return realm.authenticate(request, context)
                .onFailure(AuthenticationFailedException.class)
                .recoverWithNull()
                .emitOn(task -> eventLoop.runOnContext(v -> task.run()))
                .chain(known -> user == null && known != null
                        ? Uni.createFrom().item(known)
                        : check(user, password, digest, address(request)));
    }

    /** @param user null for a name that nobody has: it takes as long as a wrong password */
    private Uni<SecurityIdentity> check(User user, String password, byte[] digest, String address) {
        return checks.matches(user == null ? null : user.hash, password, digest, address)
                .chain(right -> {
                    if (!right) {
                        return Uni.createFrom().failure(new AuthenticationFailedException());
                    }
                    user.accepted = digest;
                    return Uni.createFrom().item(user.identity);
                });
    }

    private static String address(UsernamePasswordAuthenticationRequest request) {
        RoutingContext context = HttpSecurityUtils.getRoutingContextAttribute(request);
        return CallerAddress.of(context == null ? null : context.request().remoteAddress());
    }
}
