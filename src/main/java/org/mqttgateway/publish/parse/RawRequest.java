package org.mqttgateway.publish.parse;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;
import org.mqttgateway.http.query.QueryParameters;
import org.mqttgateway.http.query.QueryParameters.Permitted;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** Reads a publish whose payload is the body of the request and whose other fields are query parameters and headers. */
public final class RawRequest {

    private static final List<Permitted> PARAMETERS =
            List.of(Permitted.once("topic"), Permitted.once("qos"), Permitted.once("retain"));

    private RawRequest() {}

    /**
     * Whether the body is the payload though its media type is JSON: the request is a CloudEvent in binary mode (HTTP protocol binding section 3.1), whose
     * payload may be JSON.
     */
    public static boolean isEvent(MultiMap headers) {
        return PropertyHeaders.isEvent(headers);
    }

    /**
     * Parses a publish.
     *
     * @param query what is behind the question mark, not decoded; null for none
     * @throws HttpProblem 400 or 413
     */
    public static PublishRequest parse(
            String query, MultiMap headers, byte[] body, MqttQoS defaultQos, long maxPayload) {
        return parse(query, headers, body, defaultQos, maxPayload, null);
    }

    /**
     * Parses a message that may have more parameters than a publish; {@code more} may be null.
     *
     * @throws HttpProblem 400 or 413
     */
    public static PublishRequest parse(
            String query, MultiMap headers, byte[] body, MqttQoS defaultQos, long maxPayload, MoreFields more) {
        RequestFields fields = new RequestFields(defaultQos, maxPayload);
        fields.payload(body);
        PropertyHeaders.read(headers, fields);
        QueryParameters given = QueryParameters.of(query, fields.violations(), permitted(more));
        read(given, fields);
        if (more != null) {
            for (String name : more.names()) {
                if (given.get(name) != null) {
                    more.parameter(name, given.get(name), fields.violations());
                }
            }
        }
        return fields.toRequest(
                "is required: give it as ?topic=, or send a JSON object with Content-Type: application/json");
    }

    private static List<Permitted> permitted(MoreFields more) {
        if (more == null) {
            return PARAMETERS;
        }
        List<Permitted> all = new ArrayList<>(PARAMETERS);
        more.names().forEach(name -> all.add(Permitted.once(name)));
        return all;
    }

    private static void read(QueryParameters given, RequestFields fields) {
        String topic = given.get("topic");
        if (topic != null) {
            fields.topic(topic);
            if (TopicFilter.hasBlankLevel(topic)) {
                fields.violations().add("topic", Violations.BLANK_IN_TOPIC);
            }
        }
        String qos = given.get("qos");
        if (qos != null) {
            fields.qos(qos.length() == 1 ? qos.charAt(0) - '0' : -1);
        }
        String retain = given.get("retain");
        if (retain != null) {
            if (retain.equals("true") || retain.equals("false")) {
                fields.retain(retain.equals("true"));
            } else {
                fields.violations().add("retain", "must be true or false");
            }
        }
    }
}
