package org.mqttgateway.publish.parse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.mqttgateway.http.Violations;

/** Reads the field {@code properties} of a publish in JSON. */
final class PropertiesParser {

    private static final String PREFIX = "properties.";
    private static final String USER = PREFIX + "userProperties";
    private static final String USER_VALUE = "must be a string or an array of strings";

    private final JsonText json;
    private final JsonParser parser;
    private final Violations violations;
    private final PropertyFields properties;

    private PropertiesParser(JsonText json, RequestFields fields) {
        this.json = json;
        this.parser = json.parser();
        this.violations = fields.violations();
        this.properties = fields.properties();
    }

    /** Reads the value at which the parser stands, to its end, even if something in it is wrong. */
    static void read(JsonText json, RequestFields fields) throws IOException {
        if (json.parser().currentToken() == JsonToken.START_OBJECT) {
            new PropertiesParser(json, fields).properties();
        } else {
            fields.violations().add("properties", "must be an object such as {\"contentType\":\"text/plain\"}");
        }
    }

    private void properties() throws IOException {
        json.beginObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "contentType" -> string(name, properties::contentType);
                case "responseTopic" -> string(name, properties::responseTopic);
                case "correlationData" -> string(name, properties::correlationData);
                case "messageExpiryInterval" -> properties.messageExpiryInterval(PREFIX + name, digits(value));
                case "payloadFormatIndicator" -> properties.payloadFormatIndicator(PREFIX + name, digits(value));
                case "userProperties" -> userProperties(value);
                default ->
                    violations.add(
                            PREFIX + name,
                            "is not known; the properties are contentType, responseTopic, correlationData,"
                                    + " messageExpiryInterval, payloadFormatIndicator and userProperties");
            }
            parser.skipChildren();
        }
    }

    private void string(String name, BiConsumer<String, String> property) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            property.accept(PREFIX + name, parser.getText());
        } else {
            violations.add(PREFIX + name, "must be a string");
        }
    }

    /** The digits of a whole number; empty if the value is not one, or has more digits than any property. */
    private String digits(JsonToken value) throws IOException {
        return value == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 10 ? parser.getText() : "";
    }

    private void userProperties(JsonToken value) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            violations.add(USER, "must be an object of strings or arrays of strings");
            return;
        }
        json.beginObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            switch (parser.nextToken()) {
                case VALUE_STRING -> properties.userProperty(USER, name, parser.getText());
                case START_ARRAY -> values(name);
                default -> violations.add(USER + "." + name, USER_VALUE);
            }
            parser.skipChildren();
        }
    }

    /** Reads the values of one name. After a wrong one the others do not matter. */
    private void values(String name) throws IOException {
        int length = properties.userName(USER, name);
        boolean right = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!right) {
                parser.skipChildren();
            } else if (parser.currentToken() == JsonToken.VALUE_STRING) {
                properties.userProperty(USER, name, length, parser.getText());
            } else {
                right = false;
                violations.add(USER + "." + name, USER_VALUE);
                parser.skipChildren();
            }
        }
    }
}
