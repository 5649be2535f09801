package org.mqttgateway.publish.parse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.handler.codec.mqtt.MqttQoS;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.Violations;
import org.mqttgateway.settings.GatewaySettings;

/** Turns JSON into publishes. An error names each wrong field as the caller has written it. */
@ApplicationScoped
public class PublishRequestParser {

    private static final List<String> FIELDS = List.of("topic", "msg", "qos", "retain", "encoding", "properties");

    private static final String MISSING_TOPIC = "is required";

    /** What an item of an answer takes in memory: its outcome, and its JSON. */
    private static final int ITEM_ANSWER = 500;

    /** How often such a text is held: in the problem and in JSON. */
    private static final int TEXTS = 3;

    /** So many items of a bulk may be wrong, whatever the others are. */
    static final int MAX_WRONG = 50;

    private final MqttQoS defaultQos;
    private final long maxPayload;
    private final int bulkLimit;

    PublishRequestParser(GatewaySettings settings) {
        this.defaultQos = MqttQoS.valueOf(settings.qos());
        this.maxPayload = settings.maxMessageSize().asLongValue();
        this.bulkLimit = settings.bulkLimit();
    }

    /** One item of a bulk request: either a publish, or the problem with it. */
    public record Item(PublishRequest request, HttpProblem problem) {}

    /** What the answer to these items may take in memory at most: what it says of an item may name its topic, or what is wrong with it. */
    public static long answerWeight(List<Item> items) {
        long weight = 0;
        for (Item item : items) {
            weight += ITEM_ANSWER
                    + TEXTS
                            * (item.problem() == null
                                    ? item.request().topic().length()
                                    : item.problem().getMessage().length());
        }
        return weight;
    }

    /** @throws HttpProblem 400 or 413 */
    public PublishRequest parse(byte[] body) {
        return parse(body, null);
    }

    /**
     * Parses a message that may have more fields than a publish.
     *
     * @throws HttpProblem 400 or 413
     */
    public PublishRequest parse(byte[] body, MoreFields more) {
        return JsonText.read(body, json -> object(json, more).toRequest(MISSING_TOPIC));
    }

    /**
     * Parses a bulk; what is wrong with a single item is in the item.
     *
     * @throws HttpProblem 400 if the body is not an array, or if most of its items are wrong; 413 if it has too many
     */
    public List<Item> parseBulk(byte[] body) {
        return JsonText.read(body, json -> {
            JsonParser parser = json.parser();
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw JsonText.notJson("the body must be an array of objects");
            }
            JsonStreamContext array = parser.getParsingContext();
            List<Item> items = new ArrayList<>();
            int wrong = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (items.size() == bulkLimit) {
                    throw HttpProblem.of(
                            Status.REQUEST_ENTITY_TOO_LARGE,
                            ReturnCode.PAYLOAD_SIZE,
                            "more than " + bulkLimit + " items (mqtt.bulk-limit); none was published");
                }
                Item item = item(json, array);
                items.add(item);
                wrong += item.problem() == null ? 0 : 1;
                if (wrong > MAX_WRONG && 2 * wrong > items.size()) {
                    throw hopeless(items);
                }
            }
            return items;
        });
    }

    /** An item costs more to refuse than {@code {}} costs to send, so a bulk full of those is refused as a whole. */
    private static HttpProblem hopeless(List<Item> items) {
        Violations violations = new Violations();
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).problem() != null) {
                violations.add("[" + i + "]", items.get(i).problem().getMessage());
            }
        }
        return violations.toProblem();
    }

    private Item item(JsonText json, JsonStreamContext array) throws IOException {
        try {
            return new Item(object(json, null).toRequest(MISSING_TOPIC), null);
        } catch (HttpProblem problem) {
            json.leaveValueIn(array);
            return new Item(null, problem);
        }
    }

    /** Reads the object at which the parser stands, to its end, even if something in it is wrong. */
    private RequestFields object(JsonText json, MoreFields more) throws IOException {
        JsonParser parser = json.parser();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw JsonText.notJson("a publish must be an object such as {\"topic\":\"a/b\",\"msg\":\"text\"}");
        }
        RequestFields fields = new RequestFields(defaultQos, maxPayload);
        boolean base64 = false;
        byte[] text = null;
        boolean string = false;
        json.beginObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "topic" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        fields.topic(parser.getText());
                    } else {
                        fields.violations().add(name, "must be a string");
                    }
                }
                case "msg" -> {
                    string = value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NULL;
                    text = payload(json, value);
                    if (text == null) {
                        fields.violations().add(name, "must not contain a surrogate without its pair");
                    }
                }
                case "qos" -> {
                    if (value == JsonToken.VALUE_NUMBER_INT) {
                        fields.qos(parser.getTextLength() == 1 ? parser.getIntValue() : -1);
                    } else {
                        fields.violations().add(name, "must be 0, 1 or 2");
                    }
                }
                case "retain" -> {
                    if (value.isBoolean()) {
                        fields.retain(parser.getBooleanValue());
                    } else {
                        fields.violations().add(name, "must be true or false");
                    }
                }
                case "encoding" -> {
                    String encoding = value == JsonToken.VALUE_STRING ? parser.getText() : "";
                    base64 = encoding.equals("base64");
                    if (!base64 && !encoding.equals("plain")) {
                        fields.violations().add(name, "must be \"plain\" or \"base64\"");
                    }
                }
                case "properties" -> PropertiesParser.read(json, fields);
                default -> {
                    if (more == null || !more.json(name, parser, fields.violations())) {
                        fields.violations().add(name, Violations.unknown("field", names(more)));
                    }
                }
            }
            parser.skipChildren();
        }
        if (text != null) {
            setPayload(fields, text, base64, string);
        }
        return fields;
    }

    private static List<String> names(MoreFields more) {
        List<String> names = new ArrayList<>(FIELDS);
        if (more != null) {
            names.addAll(more.names());
        }
        return names;
    }

    private byte[] payload(JsonText json, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_NULL -> new byte[0];
            case VALUE_STRING -> {
                String text = json.parser().getText();
                yield Unicode.isText(text) ? text.getBytes(StandardCharsets.UTF_8) : null;
            }
            default -> json.compact(maxPayload);
        };
    }

    private static void setPayload(RequestFields fields, byte[] text, boolean base64, boolean string) {
        if (!base64) {
            fields.payload(text);
        } else if (!string) {
            fields.violations().add("msg", "must be a string where encoding is base64");
        } else {
            try {
                fields.payload(Base64.getDecoder().decode(text));
            } catch (IllegalArgumentException e) {
                fields.violations().add("msg", "is not base64 (RFC 4648 section 4)");
            }
        }
    }
}
