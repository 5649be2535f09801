package org.mqttgateway.webhook.post;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mqttgateway.settings.WebhookSecret;

/**
 * The signatures of Standard Webhooks 1.0: {@code v1,} and the base64 of HMAC-SHA256 over {@code id.timestamp.body}. There is one for each secret, so that a secret can be replaced
 * without a moment in which the endpoint knows none of them. Not thread-safe.
 */
final class Signature {

    private static final String ALGORITHM = "HmacSHA256";

    private final List<Mac> macs;

    /** @param secrets in their written form, {@code whsec_...}, separated by commas */
    Signature(String secrets) {
        macs = WebhookSecret.keys(secrets).stream().map(Signature::mac).toList();
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /**
     * The signatures, separated by blanks.
     *
     * @param timestamp seconds since 1970
     */
    String of(String id, long timestamp, byte[] body) {
        byte[] before = (id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII);
        return macs.stream()
                .map(mac -> {
                    mac.update(before);
                    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
                })
                .collect(Collectors.joining(" "));
    }
}
