package org.mqttgateway.webhook;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.mqttgateway.base.TraceContext;
import org.mqttgateway.connector.message.MessageTrace;
import org.mqttgateway.connector.message.PublishExtras;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Problem;
import org.mqttgateway.http.PropertiesJson;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.publish.PublishResult;
import org.mqttgateway.publish.Publisher;
import org.mqttgateway.publish.parse.GivenProperties;
import org.mqttgateway.publish.parse.PublishRequest;
import org.mqttgateway.settings.DeadLetterTopic;
import org.mqttgateway.webhook.post.Answer;
import org.mqttgateway.webhook.post.Answer.Meaning;
import org.mqttgateway.webhook.post.Delivery;
import org.mqttgateway.webhook.post.Reply;

/** Publishes what a webhook has to publish: replies, and dead letters. */
final class Outbound {

    /** Of a message that the broker, or the gateway's list, will not take later either. */
    private static final Set<Integer> FOR_GOOD = Set.of(
            Status.BAD_REQUEST.getStatusCode(),
            Status.FORBIDDEN.getStatusCode(),
            Status.REQUEST_ENTITY_TOO_LARGE.getStatusCode(),
            Status.BAD_GATEWAY.getStatusCode());

    /** What a publish may have (section 3.3.2.3). */
    private static final List<MqttPropertyType> KEPT = List.of(
            MqttPropertyType.PAYLOAD_FORMAT_INDICATOR,
            MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL,
            MqttPropertyType.CONTENT_TYPE,
            MqttPropertyType.RESPONSE_TOPIC,
            MqttPropertyType.CORRELATION_DATA);

    private final Publisher publisher;
    private final Caller gateway;
    private final Context context;
    private final String webhook;
    private final DeadLetterTopic deadLetter;

    /**
     * @param gateway the gateway itself
     * @param context on which the outcome is told
     * @param webhook its name, for dead letters
     * @param deadLetter null if there are no dead letters
     */
    Outbound(Publisher publisher, Caller gateway, Context context, String webhook, DeadLetterTopic deadLetter) {
        this.publisher = publisher;
        this.gateway = gateway;
        this.context = context;
        this.webhook = webhook;
        this.deadLetter = deadLetter;
    }

    /** Whether a message that the endpoint does not take goes to a dead letter topic. */
    boolean hasDeadLetter(Delivery delivery) {
        return deadLetter != null && TopicFilter.topicNameProblem(deadLetter.of(delivery.topic())) == null;
    }

    /** Where the dead letter of a message goes. */
    String deadLetterTopic(Delivery delivery) {
        return deadLetter.of(delivery.topic());
    }

    /** Publishes the reply or the dead letter, by the step of the delivery. The outcome is {@link Meaning#TAKEN} when the broker has it; the future never fails. */
    Future<Answer> publish(Delivery delivery) {
        PublishRequest request = delivery.step() == Delivery.Step.REPLY ? reply(delivery) : deadLetter(delivery);
        delivery.sends(request.payload().length);
        Promise<Answer> outcome = Promise.promise();
        CompletableFuture<PublishResult> answer = new CompletableFuture<>();
        answer.whenComplete((result, failure) -> context.runOnContext(v ->
                outcome.complete(failure == null ? Answer.of(Meaning.TAKEN, "") : failed(delivery.step(), failure))));
        try {
            publisher.publish(request, gateway, answer);
        } catch (IllegalStateException stopped) {
            answer.completeExceptionally(stopped);
        }
        return outcome.future();
    }

    private static Answer failed(Delivery.Step step, Throwable failure) {
        boolean forGood = failure instanceof HttpProblem problem
                && (step == Delivery.Step.REPLY
                        ? FOR_GOOD.contains(problem.problem().status())
                        : isOfThis(problem.problem()));
        return Answer.of(forGood ? Meaning.REFUSED : Meaning.AGAIN, String.valueOf(failure.getMessage()));
    }

    /**
     * Whether the broker will not have this dead letter, whatever an operator does: it is too large with what is added, or the broker ends the connection on
     * it. It must not hold up those behind it. Whatever else is wrong with a dead letter can be mended: nothing is lost until then.
     */
    private static boolean isOfThis(Problem problem) {
        return problem.status() == Status.REQUEST_ENTITY_TOO_LARGE.getStatusCode()
                || problem.code() == ReturnCode.PROTOCOL.code();
    }

    private static PublishRequest reply(Delivery delivery) {
        Reply reply = delivery.reply();
        MqttProperties given = PropertiesJson.of(delivery.metadata());
        MqttProperties properties = new MqttProperties();
        MqttProperties.MqttProperty<?> correlation = given.getProperty(MqttPropertyType.CORRELATION_DATA.value());
        if (correlation != null) {
            properties.add(correlation);
        }
        if (reply.contentType() != null && TopicFilter.stringProblem(reply.contentType()) == null) {
            properties.add(
                    new MqttProperties.StringProperty(MqttPropertyType.CONTENT_TYPE.value(), reply.contentType()));
        }
        TraceContext trace = MessageTrace.of(given);
        if (trace != null) {
            trace.forEach((name, value) -> user(properties, name, value));
        }
        return request(
                delivery.responseTopic(), reply.body(), delivery.metadata().getQosLevel(), properties);
    }

    private PublishRequest deadLetter(Delivery delivery) {
        MqttProperties given = PropertiesJson.of(delivery.metadata());
        MqttProperties properties = new MqttProperties();
        for (MqttPropertyType type : KEPT) {
            MqttProperties.MqttProperty<?> property = given.getProperty(type.value());
            if (property != null) {
                properties.add(property);
            }
        }
        given.getProperties(MqttPropertyType.USER_PROPERTY.value()).forEach(properties::add);
        Answer refusal = delivery.refusal();
        user(properties, "dead-letter-topic", delivery.topic());
        user(properties, "dead-letter-reason", refusal.reason());
        user(properties, "dead-letter-status", Integer.toString(refusal.status()));
        user(properties, "dead-letter-attempts", Integer.toString(delivery.attempts()));
        user(properties, "dead-letter-webhook", webhook);
        return request(deadLetterTopic(delivery), delivery.payload(), MqttQoS.AT_LEAST_ONCE, properties);
    }

    private static void user(MqttProperties properties, String name, String value) {
        properties.add(new MqttProperties.UserProperty(name, value));
    }

    private static PublishRequest request(String topic, byte[] payload, MqttQoS qos, MqttProperties properties) {
        PublishExtras extras = PublishExtras.optional(properties);
        return new PublishRequest(topic, payload, qos, false, new GivenProperties(extras, List.of()));
    }
}
