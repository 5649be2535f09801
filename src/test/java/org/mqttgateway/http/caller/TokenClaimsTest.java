package org.mqttgateway.http.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.TestSettings;

/** What a token says of its bearer. */
class TokenClaimsTest {

    private static final int SKEW = 3;

    /** The gateway takes the token for as long as the clocks may differ, so what it has begun goes on until then. */
    @Test
    void theBearerIsOneUntilHisTokenIsRefused() {
        assertEquals(
                Optional.of(Instant.ofEpochSecond(1_795_564_800L + SKEW)),
                bearer(expiring(1_795_564_800L)).expires());
    }

    @Test
    void aTokenForEverIsGoodForVeryLong() {
        assertEquals(
                Optional.of(Instant.parse("9999-12-31T23:59:59Z")),
                bearer(expiring(Long.MAX_VALUE)).expires());
    }

    @Test
    void nobodyElseExpires() {
        Callers callers = callers(TestSettings.of(1));
        assertEquals(Optional.empty(), callers.gateway().expires());
        assertEquals(
                Optional.empty(),
                callers.user("ada", Caller.Own.UNLIMITED, Optional.empty()).expires());
    }

    @Test
    void theClaimsHaveTheNamesThatAreSet() {
        JwtClaims claims = expiring(1);
        claims.setStringListClaim("https://example.org/publish", "a/#");
        claims.setStringListClaim("groups", "b/#");
        claims.setStringListClaim("mqtt_publish", "c/#");
        Caller bearer = bearer(
                claims,
                "http.token.publish-claim",
                "https://example.org/publish",
                "http.token.subscribe-claim",
                "groups");
        assertTrue(bearer.mayPublish("a/1"));
        assertFalse(bearer.mayPublish("c/1"));
        assertTrue(bearer.maySubscribe(new TopicFilter("b/+")));
        assertFalse(bearer.maySubscribe(new TopicFilter("a/+")));
    }

    @Test
    void aClaimThatIsNoArrayPermitsNothing() {
        JwtClaims claims = expiring(1);
        claims.setStringClaim("mqtt_publish", "#");
        claims.setClaim("mqtt_subscribe", Map.of("filter", "#"));
        assertFalse(bearer(claims).mayPublish("a"));
        assertFalse(bearer(claims).maySubscribe(new TopicFilter("a")));
        // exp is a number, which is none either.
        assertFalse(bearer(claims, "http.token.publish-claim", "exp").mayPublish("1"));
    }

    @Test
    void theUserIsTheOneWhomTheTokenNames() {
        JwtClaims claims = expiring(1);
        claims.setStringListClaim("mqtt_publish", "users/{user}/#");
        assertTrue(bearer(claims).mayPublish("users/device/1"));
        claims.setStringClaim("preferred_username", "ada");
        assertTrue(bearer(claims).mayPublish("users/ada/1"));
        assertFalse(bearer(claims).mayPublish("users/device/1"));
        claims.setStringClaim("upn", "ada@example.org");
        assertTrue(bearer(claims).mayPublish("users/ada@example.org/1"));
        assertFalse(bearer(claims).mayPublish("users/ada/1"));
        assertFalse(bearer(claims).mayPublish("users/{user}/1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "", "a\u0000", "\ud800", "a\udc00", "\u0007", "\ufffe"})
    void aNameThatIsNoLevelPermitsNothing(String name) {
        JwtClaims claims = expiring(1);
        claims.setStringListClaim("mqtt_publish", "users/{user}/#", "all/#");
        claims.setSubject(name);
        Caller bearer = bearer(claims);
        for (String topic : List.of("users/a/b/1", "users/a/1", "users", "users//1", "users/" + name + "/1")) {
            assertFalse(bearer.mayPublish(topic), topic);
        }
        assertTrue(bearer.mayPublish("all/1"));
    }

    @Test
    void aTokenThatNamesNobodyPermitsNothing() {
        JwtClaims claims = expiring(1);
        claims.unsetClaim("sub");
        claims.setStringListClaim("mqtt_publish", "users/{user}/#");
        assertFalse(bearer(claims).mayPublish("users/null/1"));
        assertFalse(bearer(claims).mayPublish("users/{user}/1"));
    }

    /** An issuer writes the filters, but often lets people choose their names. */
    @Test
    void aLongNameInManyFiltersTakesLittle() {
        JwtClaims claims = expiring(1);
        claims.setSubject("a".repeat(8_000));
        claims.setStringListClaim("mqtt_publish", Collections.nCopies(1_000, "{user}"));
        assertFalse(bearer(claims).mayPublish("a".repeat(8_000)));
    }

    private static JwtClaims expiring(long second) {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("device");
        claims.setExpirationTime(NumericDate.fromSeconds(second));
        return claims;
    }

    private static Caller bearer(JwtClaims claims, String... changes) {
        GatewaySettings settings = TestSettings.of(1, changes);
        JWTAuthContextInfo trust = new JWTAuthContextInfo();
        trust.setClockSkew(SKEW);
        return new TokenClaims(callers(settings), trust, settings)
                .limit(QuarkusSecurityIdentity.builder()
                        .setPrincipal(new DefaultJWTCallerPrincipal(claims))
                        .build())
                .getAttribute(Caller.class.getName());
    }

    private static Callers callers(GatewaySettings settings) {
        return new Callers(new Access(settings), settings);
    }
}
