package org.mqttgateway.testing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The password of a user of Quarkus' own realm. */
public final class RealmPassword {

    private RealmPassword() {}

    /** What {@code quarkus.security.users.embedded.users.NAME} takes, as security.md computes it. */
    public static String hash(String user, String password) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-512")
                            .digest((user + ":Quarkus:" + password).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-512", e);
        }
    }
}
