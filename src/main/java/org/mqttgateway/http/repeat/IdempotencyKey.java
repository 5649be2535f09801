package org.mqttgateway.http.repeat;

import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import java.util.List;
import org.mqttgateway.http.HttpProblem;

/** Reads the header {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header section 2.1). */
final class IdempotencyKey {

    private static final String NAME = "Idempotency-Key";

    /** With its hash, for it is looked for in every request. */
    private static final CharSequence HEADER = AsciiString.cached(NAME);

    private static final int MAX_LENGTH = 255;

    private IdempotencyKey() {}

    /**
     * The key: a String of Structured Fields (RFC 9651 section 3.3.3) or, as many clients send it, the same without quotes.
     *
     * @return null if the request has none
     * @throws HttpProblem 400 if it has two, or one that is none
     */
    static String of(MultiMap headers) {
        if (!headers.contains(HEADER)) {
            return null;
        }
        List<String> all = headers.getAll(HEADER);
        if (all.size() > 1) {
            throw HttpProblem.invalid(NAME, "is given twice");
        }
        String key = unquoted(all.get(0).strip());
        if (key.isEmpty() || key.length() > MAX_LENGTH || !key.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw HttpProblem.invalid(
                    NAME, "must be 1 to " + MAX_LENGTH + " visible ASCII characters, in double quotes or without");
        }
        return key;
    }

    /** What is in the quotes; nothing if they are not closed, or something is behind them. */
    private static String unquoted(String text) {
        if (!text.startsWith("\"")) {
            return text;
        }
        StringBuilder key = new StringBuilder(text.length());
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i == text.length() - 1 ? key.toString() : "";
            }
            if (c == '\\') {
                char escaped = ++i < text.length() ? text.charAt(i) : 0;
                if (escaped != '"' && escaped != '\\') {
                    return "";
                }
                c = escaped;
            }
            key.append(c);
        }
        return "";
    }
}
