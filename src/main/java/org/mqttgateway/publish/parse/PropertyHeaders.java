package org.mqttgateway.publish.parse;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Reads the properties of a raw publish from its Content-Type and from the headers {@code mqtt-*}. */
final class PropertyHeaders {

    private static final String PREFIX = "mqtt-";
    private static final String USER = PREFIX + "user-property";

    /** Media types that say nothing about a payload. curl sends the second one for any body. */
    private static final Set<String> NO_TYPE = Set.of("application/octet-stream", "application/x-www-form-urlencoded");

    private PropertyHeaders() {}

    static void read(MultiMap headers, RequestFields fields) {
        String type = headers.get("Content-Type");
        if (type != null && !NO_TYPE.contains(essence(type))) {
            with("Content-Type", type, fields, fields.properties()::contentTypeOfBody);
        }
        if (headers instanceof HttpHeaders all) {
            // Those of HTTP/1, as they are: a String for each name would take many times its bytes.
            all.iteratorCharSequence().forEachRemaining(header -> read(header, fields));
        } else {
            headers.forEach(header -> read(header, fields));
        }
    }

    private static void read(Map.Entry<? extends CharSequence, ? extends CharSequence> header, RequestFields fields) {
        CharSequence name = header.getKey();
        if (AsciiString.regionMatches(name, true, 0, PREFIX, 0, PREFIX.length())) {
            read(name.toString().toLowerCase(Locale.ROOT), header.getValue().toString(), fields);
        }
    }

    private static void read(String name, String value, RequestFields fields) {
        PropertyFields properties = fields.properties();
        if (name.equals(USER)) {
            with(name, value, fields, (field, text) -> userProperty(field, text, fields));
        } else if (properties.isGiven(name)) {
            fields.violations().add(name, "is given twice");
        } else {
            switch (name) {
                case PREFIX + "response-topic" -> with(name, value, fields, properties::responseTopic);
                case PREFIX + "correlation-data" -> properties.correlationData(name, value);
                case PREFIX + "message-expiry" -> properties.messageExpiryInterval(name, value);
                case PREFIX + "payload-format-indicator" -> properties.payloadFormatIndicator(name, value);
                default ->
                    fields.violations()
                            .add(
                                    name,
                                    "is not known; the headers are mqtt-response-topic, mqtt-correlation-data,"
                                            + " mqtt-message-expiry, mqtt-payload-format-indicator and mqtt-user-property");
            }
        }
    }

    private static void userProperty(String field, String text, RequestFields fields) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            fields.violations().add(field, "must be NAME=VALUE");
        } else {
            fields.properties().userProperty(field, text.substring(0, equals), text.substring(equals + 1));
        }
    }

    /** Decodes a header as UTF-8: the server turns each byte of a header into a character U+0000 to U+00FF, but callers write UTF-8. */
    private static void with(String name, String value, RequestFields fields, BiConsumer<String, String> property) {
        try {
            byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
            property.accept(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            fields.violations().add(name, "is not UTF-8");
        }
    }

    private static String essence(String type) {
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).trim().toLowerCase(Locale.ROOT);
    }
}
