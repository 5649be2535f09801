package org.mqttgateway.retained;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mqttgateway.http.BrokerMessage;
import org.mqttgateway.http.MessageJson;
import org.mqttgateway.http.PropertiesJson;
import org.mqttgateway.mqtt.receive.IncomingPublish;

/**
 * The entity tag of a retained message (RFC 9110 section 8.8.3), so that whoever asks again and again is sent it once. JAX-RS has entity tags too,
 * but compares them strongly in {@code If-None-Match}, which must be done weakly: a proxy that compresses makes tags weak.
 */
final class RetainedTag {

    /** Of a list; what is malformed ends it. Nothing is tried twice, for the header may be long. */
    private static final Pattern NEXT = Pattern.compile("[ \\t,]*+(?:W/)?(\"[!#-~\\x80-\\xff]*+\")[ \\t]*+(?=,|$)");

    private RetainedTag() {}

    /**
     * The tag of a message: of its payload and its properties, but for the seconds until it expires, which the broker counts down.
     *
     * @param json whether the answer is JSON. Then the tag is weak, for each answer has another {@code receivedAt}
     */
    static String of(BrokerMessage received, boolean json) {
        IncomingPublish message = received.message();
        byte[] properties = MessageJson.bytes(256, out -> {
            out.writeStartObject();
            out.writeNumberField("qos", message.qos().value());
            PropertiesJson.write(out, withoutExpiry(message.properties()));
            out.writeEndObject();
        });
        MessageDigest digest = sha256();
        digest.update((byte) (json ? 1 : 0));
        // The object is never the beginning of another one, so nothing need say where it ends.
        digest.update(properties);
        byte[] hash = digest.digest(message.payload());
        String opaque = '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + '"';
        return json ? "W/" + opaque : opaque;
    }

    /**
     * Whether a caller has what the tag is of (RFC 9110 section 13.1.2).
     *
     * @param ifNoneMatch the values of that header
     */
    static boolean matches(List<String> ifNoneMatch, String tag) {
        String opaque = tag.substring(tag.indexOf('"'));
        return ifNoneMatch.stream().anyMatch(list -> list.trim().equals("*") || has(list, opaque));
    }

    private static boolean has(String list, String opaque) {
        Matcher next = NEXT.matcher(list);
        while (next.lookingAt()) {
            if (next.group(1).equals(opaque)) {
                return true;
            }
            next.region(next.end(), list.length());
        }
        return false;
    }

    private static MqttProperties withoutExpiry(MqttProperties properties) {
        MqttProperties others = new MqttProperties();
        for (MqttProperty<?> property : properties.listAll()) {
            if (property.propertyId() != MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value()) {
                others.add(property);
            }
        }
        return others;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
