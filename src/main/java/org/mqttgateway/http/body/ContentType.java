package org.mqttgateway.http.body;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;

/** Checks whether the headers of a request describe its body in a usable way (RFC 9110 section 8.3). */
final class ContentType {

    private ContentType() {}

    /** What is wrong with it; null if nothing is. */
    static String problem(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (MediaType.APPLICATION_JSON.equals(type) && !request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            return null;
        }
        if (type == null) {
            return "the request has no Content-Type: send application/json, or any other type with ?topic=";
        }
        if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            return "the request has a Content-Encoding: send the bytes as they are";
        }
        return problem(type);
    }

    private static String problem(String type) {
        MediaType media;
        try {
            media = MediaType.valueOf(type);
        } catch (IllegalArgumentException e) {
            return "the Content-Type is not a media type";
        }
        if (media.getType().equalsIgnoreCase("multipart")) {
            return "a multipart body is no payload: send the bytes themselves, as application/octet-stream for instance";
        }
        String charset = media.getParameters().get(MediaType.CHARSET_PARAMETER);
        boolean json = MediaType.APPLICATION_JSON_TYPE.isCompatible(media) && !media.isWildcardType();
        if (json && charset != null && !charset.equalsIgnoreCase(StandardCharsets.UTF_8.name())) {
            return "JSON is UTF-8 (RFC 8259 section 8.1)";
        }
        return media.isWildcardType() || media.isWildcardSubtype() ? "the Content-Type has a wildcard" : null;
    }
}
