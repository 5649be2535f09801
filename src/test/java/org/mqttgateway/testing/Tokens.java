package org.mqttgateway.testing;

import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** An issuer of bearer tokens with a key of its own. They are for the audience {@code mqtt}, where it is asked for. */
public final class Tokens {

    private final KeyPair keys;

    public Tokens() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    /** What {@code mp.jwt.verify.publickey} takes. */
    public String publicKey() {
        return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    /** A token for five minutes; a null list is a claim that is missing. */
    public String token(List<String> publish, List<String> subscribe) {
        return sign("device", publish, subscribe, Instant.now().plus(Duration.ofMinutes(5)));
    }

    /** A token of this subject for everything, for five minutes. */
    public String of(String subject) {
        return of(subject, Duration.ofMinutes(5));
    }

    /** A token of this subject for everything, for so long. */
    public String of(String subject, Duration lifetime) {
        return sign(subject, List.of("#"), List.of("#"), Instant.now().plus(lifetime));
    }

    /** A token that was good until an hour ago. */
    public String expired(List<String> publish, List<String> subscribe) {
        return sign("device", publish, subscribe, Instant.now().minus(Duration.ofHours(1)));
    }

    /** A token whose claim {@code mqtt_publish} is no array. */
    public String withText(String publish) {
        return Jwt.subject("device").claim("mqtt_publish", publish).sign(keys.getPrivate());
    }

    /** A token that is good from an hour on. */
    public String early() {
        return claims("device", Instant.now().plus(Duration.ofHours(2)))
                .claim("nbf", Instant.now().plus(Duration.ofHours(1)).getEpochSecond())
                .sign(keys.getPrivate());
    }

    /** A token for somebody else. */
    public String elsewhere() {
        return claims("device", Instant.now().plus(Duration.ofMinutes(5)))
                .audience("somebody else")
                .sign(keys.getPrivate());
    }

    private String sign(String subject, List<String> publish, List<String> subscribe, Instant expiry) {
        JwtClaimsBuilder claims = claims(subject, expiry);
        if (publish != null) {
            claims.claim("mqtt_publish", publish);
        }
        if (subscribe != null) {
            claims.claim("mqtt_subscribe", subscribe);
        }
        return claims.sign(keys.getPrivate());
    }

    private static JwtClaimsBuilder claims(String subject, Instant expiry) {
        return Jwt.subject(subject)
                .upn(subject)
                .audience("mqtt")
                .issuedAt(expiry.minus(Duration.ofHours(3)))
                .expiresAt(expiry);
    }
}
