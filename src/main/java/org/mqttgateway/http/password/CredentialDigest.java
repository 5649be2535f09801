package org.mqttgateway.http.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes digests that stand for a user name and a password in memory. They are keyed with a random key of this process, so nobody can
 * compare digests from a heap dump with a list of precomputed ones. All have the same length, so a comparison takes the same time for every
 * password.
 */
public final class CredentialDigest {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /** A kind of digest with a key of its own. */
    public CredentialDigest() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, ALGORITHM);
    }

    /** The digest of these credentials. */
    public byte[] of(String name, String password) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            // A colon separates the two, because a name cannot contain one (RFC 7617 section 2).
            mac.update((name + ":").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /**
     * Whether both are the same digest.
     *
     * @param known may be null; then the result is false
     */
    public static boolean same(byte[] known, byte[] given) {
        return known != null && MessageDigest.isEqual(known, given);
    }
}
