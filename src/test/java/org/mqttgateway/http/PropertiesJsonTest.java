package org.mqttgateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What a message has of properties is shown and counted, whichever kinds they are. */
class PropertiesJsonTest {

    private static String written(MqttProperties properties) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            PropertiesJson.write(json, properties);
            json.writeEndObject();
        }
        return text.toString();
    }

    @Test
    void noneAreNothing() throws IOException {
        assertEquals("{}", written(MqttProperties.NO_PROPERTIES));
        assertEquals("{}", written(new MqttProperties()));
    }

    /** For Netty's {@link MqttProperties#isEmpty()} they are none. */
    @Test
    void userPropertiesAloneAreShown() throws IOException {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.UserProperty("name", "x".repeat(1_000)));
        assertTrue(written(properties).startsWith("{\"properties\":{\"userProperties\":{\"name\":\"xxx"));
    }
}
