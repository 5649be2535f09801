package org.mqttgateway.http.limit;

import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.Iterator;
import java.util.Map;

/**
 * What a request takes in memory from its head on, besides its body: roughly, and never less. A head of 16 KB can be 4,000 headers of four bytes, which
 * take forty times as much as objects.
 */
final class HeadWeight {

    /** A request with a few short headers, as Vert.x and Quarkus hold it until it is answered: 5.1 KB of heap with HTTP/1.1, 6.3 KB with HTTP/2. */
    private static final int REQUEST = 5 << 10;

    /** A header without its text: 155 bytes of heap with HTTP/1.1, 233 with HTTP/2. */
    private static final int HEADER = 240;

    /** How often the text of a header is held. */
    private static final int TEXT = 2;

    /** How often the URI is held, with its path and its parameters, which may be as short as a byte. */
    private static final int URI = 10;

    private HeadWeight() {}

    static long of(HttpServerRequest request) {
        long weight = REQUEST + (long) URI * request.uri().length();
        MultiMap headers = request.headers();
        // With HTTP/1.1 they are Netty's too, whose texts can be measured as they are.
        return weight + (headers instanceof HttpHeaders plain ? of(plain) : of(headers));
    }

    /** Headers that Netty holds for the next request. */
    static long of(HttpHeaders headers) {
        long weight = 0;
        for (Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence(); all.hasNext(); ) {
            weight += of(all.next());
        }
        return weight;
    }

    private static long of(MultiMap headers) {
        long weight = 0;
        for (Map.Entry<String, String> header : headers) {
            weight += of(header);
        }
        return weight;
    }

    private static int of(Map.Entry<? extends CharSequence, ? extends CharSequence> header) {
        return HEADER + TEXT * (header.getKey().length() + header.getValue().length());
    }
}
