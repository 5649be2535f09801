package org.mqttgateway.http.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import java.time.Instant;
import java.util.Optional;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;
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

    private static JwtClaims expiring(long second) {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("device");
        claims.setExpirationTime(NumericDate.fromSeconds(second));
        return claims;
    }

    private static Caller bearer(JwtClaims claims) {
        JWTAuthContextInfo trust = new JWTAuthContextInfo();
        trust.setClockSkew(SKEW);
        return new TokenClaims(callers(TestSettings.of(1)), trust)
                .limit(QuarkusSecurityIdentity.builder()
                        .setPrincipal(new DefaultJWTCallerPrincipal(claims))
                        .build())
                .getAttribute(Caller.class.getName());
    }

    private static Callers callers(GatewaySettings settings) {
        return new Callers(new Access(settings), settings);
    }
}
