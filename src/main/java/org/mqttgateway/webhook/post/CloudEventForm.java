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
        String type = PayloadForm.contentType(delivery);
        headers.set("Content-Type", type);
        MessageHeaders limited = new MessageHeaders(headers);
        if (!STRUCTURED.matcher(type).matches() && !addOwnOf(delivery, limited)) {
            addMade(delivery, limited);
        }
        payload.addTo(limited, delivery);
    }

    /** Adds the attributes of a message that is an event. Returns false if it is none, or if those that each event has are too large for headers. */
    private static boolean addOwnOf(Delivery delivery, MessageHeaders headers) {
        Map<String, String> required = new LinkedHashMap<>();
        Map<String, String> others = new LinkedHashMap<>();
        for (StringPair pair : PayloadForm.user(PropertiesJson.of(delivery.metadata()))) {
            if (ATTRIBUTE.matcher(pair.key).matches()) {
                (REQUIRED.contains(pair.key) ? required : others).put("ce-" + pair.key, pair.value);
            }
        }
        if (required.size() < REQUIRED.size() || !headers.addAll(required, HeaderText::ascii)) {
            return false;
        }
        others.forEach((name, value) -> {
            if (!headers.addAll(Map.of(name, value), HeaderText::ascii)) {
                // Their names are the sender's.
                headers.omit("ce-*");
            }
        });
        return true;
    }

    private void addMade(Delivery delivery, MessageHeaders headers) {
        headers.add("ce-specversion", "1.0", HeaderText::ascii);
        headers.add("ce-id", delivery.id(), HeaderText::ascii);
        headers.add("ce-source", source, HeaderText::ascii);
        headers.add("ce-type", TYPE, HeaderText::ascii);
        headers.add("ce-time", delivery.receivedAt().toString(), HeaderText::ascii);
        headers.add("ce-subject", delivery.topic(), HeaderText::ascii);
    }
}
