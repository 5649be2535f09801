package org.mqttgateway.publish;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.function.BiConsumer;

/** Reads the field {@code properties} of a publish in JSON. */
final class PropertiesParser {

    private static final String PREFIX = "properties.";
    private static final String USER = PREFIX + "userProperties";

    private PropertiesParser() {}

    /** Reads the value at which the parser stands, to its end, even if something in it is wrong. */
    static void read(JsonParser parser, RequestFields fields) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            fields.violation("properties", "must be an object such as {\"contentType\":\"text/plain\"}");
            parser.skipChildren();
            return;
        }
        PropertyFields properties = fields.properties();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            String field = PREFIX + name;
            JsonToken value = parser.nextToken();
            switch (name) {
                case "contentType" -> string(parser, field, fields, properties::contentType);
                case "responseTopic" -> string(parser, field, fields, properties::responseTopic);
                case "correlationData" -> string(parser, field, fields, properties::correlationData);
                case "messageExpiryInterval" -> properties.messageExpiryInterval(field, digits(parser, value));
                case "payloadFormatIndicator" -> properties.payloadFormatIndicator(field, digits(parser, value));
                case "userProperties" -> userProperties(parser, fields, properties);
                default ->
                    fields.violation(
                            field,
                            "is not known; the properties are contentType, responseTopic, correlationData,"
                                    + " messageExpiryInterval, payloadFormatIndicator and userProperties");
            }
            parser.skipChildren();
        }
    }

    private static void string(
            JsonParser parser, String field, RequestFields fields, BiConsumer<String, String> property)
            throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            property.accept(field, parser.getText());
        } else {
            fields.violation(field, "must be a string");
        }
    }

    /** The digits of a whole number; empty if the value is not one. */
    private static String digits(JsonParser parser, JsonToken value) throws IOException {
        return value == JsonToken.VALUE_NUMBER_INT ? parser.getText() : "";
    }

    private static void userProperties(JsonParser parser, RequestFields fields, PropertyFields properties)
            throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            fields.violation(USER, "must be an object of strings or arrays of strings");
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            switch (parser.nextToken()) {
                case VALUE_STRING -> properties.userProperty(USER, name, parser.getText());
                case START_ARRAY -> values(parser, name, fields, properties);
                default -> {
                    fields.violation(USER + "." + name, "must be a string or an array of strings");
                    parser.skipChildren();
                }
            }
        }
    }

    private static void values(JsonParser parser, String name, RequestFields fields, PropertyFields properties)
            throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                properties.userProperty(USER, name, parser.getText());
            } else {
                fields.violation(USER + "." + name, "must be a string or an array of strings");
                parser.skipChildren();
            }
        }
    }
}
