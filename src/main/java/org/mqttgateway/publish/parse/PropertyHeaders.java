package org.mqttgateway.publish.parse;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Reads the properties of a raw publish from its Content-Type and from the headers {@code mqtt-*}. Where the request is a CloudEvent in binary mode
 * (CloudEvents 1.0.2, HTTP protocol binding section 3.1), the headers {@code ce-*} become the user properties of the MQTT protocol binding (section 3.1.3).
 */
final class PropertyHeaders {

    private static final String PREFIX = "mqtt-";
    private static final String USER = PREFIX + "user-property";

    private static final String EVENT = "ce-";
    private static final String EVENT_VERSION = EVENT + "specversion";

    /** With its hash, for it is looked for in every request. */
    private static final CharSequence IS_EVENT = AsciiString.cached(EVENT_VERSION);

    /** What each event has besides its version (CloudEvents section 3.1). */
    private static final List<String> EVENT_REQUIRED = List.of(EVENT + "id", EVENT + "source", EVENT + "type");

    private static final Pattern EVENT_ATTRIBUTE = Pattern.compile("ce-[a-z0-9]{1,20}");

    /** Media types that say nothing about a payload. curl sends the second one for any body. */
    private static final Set<String> NO_TYPE = Set.of("application/octet-stream", "application/x-www-form-urlencoded");

    private PropertyHeaders() {}

    /** Whether the request is a CloudEvent in binary mode, whose body is the payload, whatever its media type. */
    static boolean isEvent(MultiMap headers) {
        return headers.contains(IS_EVENT);
    }

    static void read(MultiMap headers, RequestFields fields) {
        String type = headers.get("Content-Type");
        if (type != null && !NO_TYPE.contains(essence(type))) {
            with("Content-Type", type, fields, fields.properties()::contentTypeOfBody);
        }
        if (headers instanceof HttpHeaders all) {
            // Those of HTTP/1, as they are: a String for each name would take many times its bytes.
            all.iteratorCharSequence().forEachRemaining(header -> read(header, PREFIX, fields));
        } else {
            headers.forEach(header -> read(header, PREFIX, fields));
        }
        if (isEvent(headers)) {
            headers.forEach(header -> read(header, EVENT, fields));
            checkEvent(headers, fields);
        }
    }

    private static void read(
            Map.Entry<? extends CharSequence, ? extends CharSequence> header, String prefix, RequestFields fields) {
        CharSequence name = header.getKey();
        if (AsciiString.regionMatches(name, true, 0, prefix, 0, prefix.length())) {
            String field = name.toString().toLowerCase(Locale.ROOT);
            String value = header.getValue().toString();
            if (prefix.equals(EVENT)) {
                attribute(field, value, fields);
            } else {
                read(field, value, fields);
            }
        }
    }

    private static void checkEvent(MultiMap headers, RequestFields fields) {
        if (!"1.0".equals(headers.get(EVENT_VERSION))) {
            fields.violations().add(EVENT_VERSION, "must be 1.0");
        }
        for (String required : EVENT_REQUIRED) {
            String value = headers.get(required);
            if (value == null || value.isEmpty()) {
                fields.violations().add(required, "is required: each CloudEvent has it");
            }
        }
    }

    private static void attribute(String field, String value, RequestFields fields) {
        if (!EVENT_ATTRIBUTE.matcher(field).matches()) {
            fields.violations().add(field, "is no attribute of a CloudEvent: 1 to 20 lower-case letters and digits");
        } else if (fields.properties().isGiven(field)) {
            fields.violations().add(field, "is given twice");
        } else {
            byte[] text = eventText(value);
            if (text == null) {
                fields.violations().add(field, "is not percent-encoded UTF-8");
            } else {
                with(field, text, fields, (name, decoded) -> fields.properties()
                        .userProperty(name, name.substring(EVENT.length()), decoded));
            }
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
        with(name, value.getBytes(StandardCharsets.ISO_8859_1), fields, property);
    }

    private static void with(String name, byte[] bytes, RequestFields fields, BiConsumer<String, String> property) {
        try {
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

    /**
     * The bytes of an attribute (HTTP protocol binding section 3.1.3.2): first what is in double quotes, if all of it is, then what is percent-encoded.
     *
     * @param value each character of which is a byte of the header
     * @return null if a percent sign is not followed by two hexadecimal digits
     */
    private static byte[] eventText(String value) {
        String text = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"") ? unquoted(value) : value;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.write(c);
            } else if (i + 2 < text.length()
                    && HexFormat.isHexDigit(text.charAt(i + 1))
                    && HexFormat.isHexDigit(text.charAt(i + 2))) {
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                return null;
            }
        }
        return bytes.toByteArray();
    }

    private static String unquoted(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 1; i < value.length() - 1; i++) {
            if (value.charAt(i) == '\\' && i < value.length() - 2) {
                i++;
            }
            text.append(value.charAt(i));
        }
        return text.toString();
    }
}
