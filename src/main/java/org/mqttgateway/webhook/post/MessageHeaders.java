package org.mqttgateway.webhook.post;

import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The headers that tell of a message. What is in them comes from a sender, and a server refuses a request whose headers are too large, or too many, with 431: now and whenever it is sent
 * again. So nobody could do that to the others, what does not fit is left out, and one more header says so. Most servers take 8 KB and 100 headers.
 */
final class MessageHeaders {

    /** Of all of them together. */
    private static final int MOST_BYTES = 4 << 10;

    private static final int MOST = 50;

    /** Colon, blank and line break. */
    private static final int AROUND = 4;

    private static final String OMITTED = "mqtt-omitted";

    private final MultiMap headers;
    private final Set<String> omitted = new TreeSet<>();
    private int bytes;
    private int count;

    MessageHeaders(MultiMap headers) {
        this.headers = headers;
    }

    /** Adds one, or notes that it is left out. */
    void add(String name, String text, UnaryOperator<String> encoding) {
        if (!addAll(Map.of(name, text), encoding)) {
            omit(name);
        }
    }

    /** Notes that something is left out; there are few such names, whatever a sender writes. */
    void omit(String name) {
        if (omitted.add(name)) {
            headers.set(OMITTED, String.join(", ", omitted));
        }
    }

    /** Adds several if all of them fit; otherwise none. */
    boolean addAll(Map<String, String> texts, UnaryOperator<String> encoding) {
        Map<String, String> encoded = new LinkedHashMap<>();
        int size = 0;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            // Encoding makes no text shorter, and what will not fit is not worth that.
            String value = text.getValue().length() > MOST_BYTES - bytes ? null : encoding.apply(text.getValue());
            if (value == null) {
                return false;
            }
            encoded.put(text.getKey(), value);
            size += text.getKey().length() + value.length() + AROUND;
        }
        if (count + encoded.size() > MOST || bytes + size > MOST_BYTES) {
            return false;
        }
        encoded.forEach(headers::add);
        count += encoded.size();
        bytes += size;
        return true;
    }
}
