package org.mqttgateway.publish.parse;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.MultiMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import org.mqttgateway.http.HttpProblem;

/** Reads a publish whose payload is the body of the request and whose other fields are query parameters and headers. */
public final class RawRequest {

    private RawRequest() {}

    /** @throws HttpProblem 400 or 413 */
    public static PublishRequest parse(
            MultivaluedMap<String, String> query, MultiMap headers, byte[] body, MqttQoS defaultQos, long maxPayload) {
        return parse(query, headers, body, defaultQos, maxPayload, null);
    }

    /**
     * Parses a message that may have more parameters than a publish; {@code more} may be null.
     *
     * @throws HttpProblem 400 or 413
     */
    public static PublishRequest parse(
            MultivaluedMap<String, String> query,
            MultiMap headers,
            byte[] body,
            MqttQoS defaultQos,
            long maxPayload,
            MoreFields more) {
        RequestFields fields = new RequestFields(defaultQos, maxPayload);
        fields.payload(body);
        PropertyHeaders.read(headers, fields);
        query.forEach((name, values) -> parameter(fields, name, values, more));
        return fields.toRequest(
                "is required: give it as ?topic=, or send a JSON object with Content-Type: application/json");
    }

    private static void parameter(RequestFields fields, String name, List<String> values, MoreFields more) {
        String value = values.get(0);
        if (values.size() > 1) {
            fields.violations().add(name, "is given twice");
            return;
        }
        switch (name) {
            case "topic" -> {
                // Percent-encoded bytes that are not UTF-8 have become U+FFFD by now, and nobody means that character
                // in a topic.
                if (value.indexOf('\ufffd') >= 0) {
                    fields.violations().add(name, "is not percent-encoded UTF-8");
                } else {
                    fields.topic(value);
                }
            }
            case "qos" -> fields.qos(value.length() == 1 ? value.charAt(0) - '0' : -1);
            case "retain" -> {
                if (value.equals("true") || value.equals("false")) {
                    fields.retain(value.equals("true"));
                } else {
                    fields.violations().add(name, "must be true or false");
                }
            }
            default -> {
                if (more == null || !more.parameter(name, value, fields.violations())) {
                    fields.violations()
                            .add(
                                    name,
                                    "is not known; the parameters are topic, qos"
                                            + (more == null ? " and retain" : ", retain, " + more.names()));
                }
            }
        }
    }
}
