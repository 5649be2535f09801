package org.mqttgateway.settings;

import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** The written form of {@code mqtt.webhook.secret}: {@code whsec_} and base64 (Standard Webhooks 1.0, "Signature scheme"). */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";

    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;

    private WebhookSecret() {}

    /**
     * Returns the bytes of the signing keys.
     *
     * @param secrets one or more, separated by commas
     * @throws IllegalArgumentException if one is not of that form, or has not 24 to 64 bytes
     */
    public static List<byte[]> keys(String secrets) {
        return Stream.of(secrets.split(",", -1)).map(WebhookSecret::key).toList();
    }

    private static byte[] key(String secret) {
        String text = secret.strip();
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("no " + PREFIX);
        }
        byte[] key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
            throw new IllegalArgumentException("not " + MIN_BYTES + " to " + MAX_BYTES + " bytes");
        }
        return key;
    }
}
