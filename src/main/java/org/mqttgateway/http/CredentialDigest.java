package org.mqttgateway.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands for a user name and a password in memory: keyed, with a key that this process alone has for its lifetime, so that a dump of the heap
 * is no list of digests that can be guessed; of one length, so that comparing takes the same time whatever the password is.
 */
final class CredentialDigest {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    CredentialDigest() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, ALGORITHM);
    }

    byte[] of(String name, String password) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            // Basic ends the name with a colon too (RFC 7617 section 2), so no name has one.
            mac.update((name + ":").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** @param known may be null, which is the same as nothing */
    static boolean same(byte[] known, byte[] given) {
        return known != null && MessageDigest.isEqual(known, given);
    }
}
