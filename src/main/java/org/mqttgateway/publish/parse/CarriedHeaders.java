package org.mqttgateway.publish.parse;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.base.TraceContext;
import org.mqttgateway.http.HttpProblem;

/**
 * What the headers of a request say that goes on with each of its messages, as user properties (MQTT 5 section 3.3.2.3.7): where it belongs in a trace,
 * and the key by which a consumer can drop a repeat. A broker of MQTT 3.1.1 gets the messages without them.
 */
public final class CarriedHeaders {

    /** The user property with the key of a request that may be repeated. */
    public static final String IDEMPOTENCY_KEY = "idempotency-key";

    /** With its hash, for it is looked for in every request. */
    private static final CharSequence TRACEPARENT = AsciiString.cached(TraceContext.TRACEPARENT);

    private final TraceContext trace;
    private final String key;

    private CarriedHeaders(TraceContext trace, String key) {
        this.trace = trace;
        this.key = key;
    }

    /** @param key the {@code Idempotency-Key} of the request; null for none */
    public static CarriedHeaders of(MultiMap headers, String key) {
        // Most requests have none.
        TraceContext trace = headers.contains(TRACEPARENT)
                ? TraceContext.of(headers.getAll(TraceContext.TRACEPARENT), headers.getAll(TraceContext.TRACESTATE))
                : null;
        return new CarriedHeaders(trace, key);
    }

    /**
     * The only message of a request, with them.
     *
     * @throws HttpProblem 400 if it has too many properties then
     */
    public PublishRequest addTo(PublishRequest message) {
        return add(message, key);
    }

    /**
     * One of the messages of a request. Each has a key of its own, which ends with {@code .} and its place, from 0 on.
     *
     * @throws HttpProblem 400 if it has too many properties then
     */
    public PublishRequest addTo(PublishRequest message, int item) {
        return add(message, key == null ? null : key + "." + item);
    }

    private PublishRequest add(PublishRequest message, String own) {
        if (trace == null && own == null) {
            return message;
        }
        List<MqttProperties.StringPair> pairs = new ArrayList<>(3);
        if (trace != null) {
            trace.forEach((name, value) -> pairs.add(new MqttProperties.StringPair(name, value)));
        }
        if (own != null) {
            pairs.add(new MqttProperties.StringPair(IDEMPOTENCY_KEY, own));
        }
        GivenProperties given = message.properties() == null ? GivenProperties.NONE : message.properties();
        return message.with(given.with(pairs));
    }
}
