package org.mqttgateway.status;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.mqttgateway.connector.ChannelState;
import org.mqttgateway.http.MessageJson;

/**
 * The body of {@code GET /status}.
 *
 * @param broker the connections to the broker
 */
public record GatewayStatus(Broker broker) {

    /**
     * The connections to the broker.
     *
     * @param connected whether every channel is connected, and subscribed if it is an incoming one
     * @param version the version of MQTT that is spoken, {@code 5} or {@code 3.1.1}; absent while there is no connection
     * @param publish the channel of that name; absent if another connector has it
     * @param messages the channel of that name; absent if another connector has it
     */
    public record Broker(boolean connected, String version, Channel publish, Channel messages) {}

    /**
     * A channel.
     *
     * @param connected whether the channel is connected, and subscribed if it is an incoming one
     * @param text the same as a sentence, which says what is wrong if something is wrong
     */
    public record Channel(boolean connected, String text) {}

    /** @param inFull whether the caller may see hosts and topics in the texts */
    static GatewayStatus of(List<ChannelState> states, boolean inFull) {
        return new GatewayStatus(new Broker(
                !states.isEmpty() && states.stream().allMatch(ChannelState::ok),
                states.stream()
                        .map(ChannelState::version)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                channel("publish", states, inFull),
                channel("messages", states, inFull)));
    }

    private static Channel channel(String name, List<ChannelState> states, boolean inFull) {
        return states.stream()
                .filter(state -> state.name().equals(name))
                .map(state -> new Channel(state.ok(), inFull ? state.text() : plain(state)))
                .findFirst()
                .orElse(null);
    }

    private static String plain(ChannelState state) {
        return state.ok() ? "connected" : "not connected";
    }

    /** The body of the answer, in UTF-8. */
    byte[] toJson() {
        return MessageJson.bytes(300, json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("broker");
            json.writeBooleanField("connected", broker.connected());
            if (broker.version() != null) {
                json.writeStringField("version", broker.version());
            }
            write(json, "publish", broker.publish());
            write(json, "messages", broker.messages());
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, String name, Channel channel) throws IOException {
        if (channel != null) {
            json.writeObjectFieldStart(name);
            json.writeBooleanField("connected", channel.connected());
            json.writeStringField("text", channel.text());
            json.writeEndObject();
        }
    }
}
