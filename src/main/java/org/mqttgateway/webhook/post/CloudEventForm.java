package org.mqttgateway.webhook.post;

import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.mqttgateway.http.PropertiesJson;

/**
 * The message as a CloudEvent in binary mode (CloudEvents 1.0.2, HTTP protocol binding section 3.1): the payload as it is, and its attributes as headers. A message that is one
 * already (MQTT protocol binding sections 3.1 and 3.2) keeps its attributes.
 */
final class CloudEventForm implements Form {

    private static final String TYPE = "org.mqttgateway.message";

    /** Those that each event has. */
    private static final Set<String> REQUIRED = Set.of("specversion", "id", "source", "type");

    /** An attribute of the specification or an extension: lower-case letters and digits. */
    private static final Pattern ATTRIBUTE = Pattern.compile("[a-z0-9]{1,20}");

    /** An event that is all in its payload. */
    private static final Pattern STRUCTURED = Pattern.compile("(?i)application/cloudevents(-batch)?(\\+json)? *(;.*)?");

    private final PayloadForm payload = new PayloadForm();
    private final String source;

    /** @param source of events that are made of messages: a URI reference */
    CloudEventForm(String source) {
        this.source = source;
    }

    @Override
    public byte[] body(Delivery delivery) {
        return payload.body(delivery);
    }

    @Override
    public void addHeaders(Delivery delivery, MultiMap headers) {
        payload.addHeaders(delivery, headers);
        if (!STRUCTURED.matcher(headers.get("Content-Type")).matches()) {
            attributes(delivery).forEach((name, value) -> headers.set("ce-" + name, HeaderText.ascii(value)));
        }
    }

    private Map<String, String> attributes(Delivery delivery) {
        Map<String, String> given = new LinkedHashMap<>();
        for (StringPair pair : PayloadForm.user(PropertiesJson.of(delivery.metadata()))) {
            if (ATTRIBUTE.matcher(pair.key).matches()) {
                given.put(pair.key, pair.value);
            }
        }
        if (given.keySet().containsAll(REQUIRED)) {
            return given;
        }
        return Map.of(
                "specversion",
                "1.0",
                "id",
                delivery.id(),
                "source",
                source,
                "type",
                TYPE,
                "subject",
                delivery.topic(),
                "time",
                delivery.receivedAt().toString());
    }
}
