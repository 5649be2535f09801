package org.mqttgateway.settings;

import java.util.Base64;

/** The written form of {@code mqtt.webhook.secret}: {@code whsec_} and base64 (Standard Webhooks 1.0, "Signature scheme"). */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";

    private WebhookSecret() {}

    /**
     * Returns the bytes of the signing key.
     *
     * @throws IllegalArgumentException if {@code secret} is not of that form
     */
    public static byte[] key(String secret) {
        if (!secret.startsWith(PREFIX)) {
            throw new IllegalArgumentException("no " + PREFIX);
        }
        return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    }
}
