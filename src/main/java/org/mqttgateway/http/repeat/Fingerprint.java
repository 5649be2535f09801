package org.mqttgateway.http.repeat;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Map;

/** What a request asks for, in 32 bytes: the same key with something else is a mistake of the caller. */
final class Fingerprint {

    private Fingerprint() {}

    /** SHA-256 of the path, the query, the media type, the headers that become properties of the message, and the body. */
    static byte[] of(HttpServerRequest request, byte[] body) {
        MessageDigest digest = sha256();
        add(digest, request.path());
        add(digest, request.query());
        add(digest, request.getHeader(HttpHeaders.CONTENT_TYPE));
        for (Map.Entry<String, String> header : request.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith("mqtt-") || name.startsWith("ce-")) {
                add(digest, name);
                add(digest, header.getValue());
            }
        }
        return digest.digest(body);
    }

    /** With its length in front, so that no two requests are the same text. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        int length = text == null ? -1 : bytes.length;
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (length >> shift));
        }
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
