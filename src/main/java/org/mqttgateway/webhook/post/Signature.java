package org.mqttgateway.webhook.post;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mqttgateway.settings.WebhookSecret;

/** The signature of Standard Webhooks 1.0: {@code v1,} and the base64 of HMAC-SHA256 over {@code id.timestamp.body}. Not thread-safe. */
final class Signature {

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    /** @param secret the secret in its written form, {@code whsec_...} */
    Signature(String secret) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(WebhookSecret.key(secret), ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** @param timestamp seconds since 1970 */
    String of(String id, long timestamp, byte[] body) {
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    }
}
