package org.mqttgateway.retained;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.BrokerMessage;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.MessageJson;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.Violations;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.caller.Callers;
import org.mqttgateway.http.limit.UnreadAnswers;
import org.mqttgateway.http.query.QueryParameters;
import org.mqttgateway.http.query.QueryParameters.Permitted;
import org.mqttgateway.http.share.Rates;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.publish.PublishResult;
import org.mqttgateway.publish.Publisher;
import org.mqttgateway.publish.parse.PublishRequest;
import org.mqttgateway.settings.GatewaySettings;

/** {@code /retained}: what the broker retains (section 3.3.1.3). */
@Path("/retained")
public class RetainedResource {

    private static final List<Permitted> PARAMETERS = List.of(Permitted.once("topic"));

    private final UnreadAnswers answers;
    private final RetainedReader reader;
    private final Publisher publisher;
    private final Callers callers;
    private final Rates rates;
    private final Shares shares;
    private final GatewaySettings settings;

    RetainedResource(
            RetainedReader reader,
            Publisher publisher,
            Callers callers,
            Rates rates,
            UnreadAnswers answers,
            TooMany tooMany,
            GatewaySettings settings) {
        this.reader = reader;
        this.publisher = publisher;
        this.callers = callers;
        this.answers = answers;
        this.rates = rates;
        this.shares = new Shares(
                tooMany,
                "reads of what is retained that may wait for their turn (mqtt.request.max-waiting)",
                "try again when one of yours has its answer",
                1,
                settings.request().maxWaiting());
        this.settings = settings;
    }

    /**
     * Reads the message that is retained on a topic; the answer is its payload, or JSON if the caller prefers that, or 304 if he has it. For a
     * filter the answer is a JSON array of all its messages.
     */
    @GET
    public Uni<Response> get(@Context RoutingContext context) {
        TopicFilter filter = filter(topic(context));
        boolean one = !filter.hasWildcard();
        Caller caller = callers.of(context);
        caller.requireSubscribe(one ? "the topic" : "the filter", filter);
        Shares.Place place = shares.take(caller);
        WhenOver.run(context, place::giveBack);
        boolean json = MediaTypes.prefersJson(context.request().getHeader(HttpHeaders.ACCEPT));
        List<String> known = context.request().headers().getAll(HttpHeaders.IF_NONE_MATCH);
        Held.Share share = answers.of(context);
        io.vertx.core.Context eventLoop = context.vertx().getOrCreateContext();
        // The answer is made on the caller's event loop, because all retained messages come on one event loop.
        return reader.read(filter, one ? 1 : settings.retained().limit(), share, context)
                .emitOn(task -> eventLoop.runOnContext(v -> task.run()))
                .map(result -> {
                    hold(
                            share,
                            result.messages().stream()
                                    .mapToLong(BrokerMessage::weight)
                                    .sum());
                    Response answer = one ? one(result.messages(), json, known) : all(result);
                    hold(share, answer.getEntity() instanceof byte[] body ? body.length : 0);
                    return answer;
                });
    }

    /** Clears what is retained on a topic by publishing an empty retained message (section 3.3.1.3). */
    @DELETE
    public CompletionStage<Response> delete(@Context RoutingContext context) {
        CompletableFuture<PublishResult> outcome = new CompletableFuture<>();
        rates.publish(context, outcome, caller -> {
            String topic = topic(context);
            String problem = TopicFilter.topicNameProblem(topic);
            if (problem != null) {
                throw invalid(problem);
            }
            PublishRequest empty = new PublishRequest(topic, new byte[0], MqttQoS.valueOf(settings.qos()), true, null);
            publisher.publish(empty, caller, outcome);
        });
        return outcome.thenApply(
                result -> Response.ok(result, MediaType.APPLICATION_JSON_TYPE).build());
    }

    /** The topic or filter of the query; {@code topic} is the only parameter that is known. */
    private static String topic(RoutingContext context) {
        Violations violations = new Violations();
        String topic = QueryParameters.of(context.request().query(), violations, PARAMETERS)
                .get("topic");
        violations.throwIfAny();
        if (topic == null) {
            throw invalid("is required");
        }
        if (TopicFilter.hasBlankLevel(topic)) {
            throw invalid(Violations.BLANK_LEVEL);
        }
        return topic;
    }

    private static TopicFilter filter(String text) {
        try {
            TopicFilter filter = new TopicFilter(text);
            if (filter.isShared()) {
                throw invalid("must not be a shared subscription, which is sent nothing that is retained");
            }
            return filter;
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
    }

    private static HttpProblem invalid(String message) {
        return HttpProblem.invalid("topic", message);
    }

    private static void hold(Held.Share share, long bytes) {
        if (!share.trySet(bytes)) {
            throw RetainedProblems.noRoom();
        }
    }

    private static Response one(List<BrokerMessage> messages, boolean json, List<String> known) {
        if (messages.isEmpty()) {
            throw HttpProblem.of(Status.NOT_FOUND, ReturnCode.INVAL, "the broker retains nothing on this topic");
        }
        BrokerMessage message = messages.get(0);
        String tag = RetainedTag.of(message, json);
        Response.ResponseBuilder answer;
        if (RetainedTag.matches(known, tag)) {
            answer = Response.notModified();
        } else if (json) {
            answer = Response.ok(
                    MessageJson.bytes(message.message().payload().length + 200, out -> write(out, message)),
                    MediaType.APPLICATION_JSON_TYPE);
        } else {
            answer = Response.fromResponse(message.raw()).header(HttpHeaders.CACHE_CONTROL, null);
        }
        // It may be kept, but not used without asking whether it still is what is retained.
        return answer.header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .header(HttpHeaders.ETAG, tag)
                .build();
    }

    private static Response all(RetainedRead.Result result) {
        byte[] body = MessageJson.bytes(8_192, out -> {
            out.writeStartArray();
            for (BrokerMessage message : result.messages()) {
                write(out, message);
            }
            out.writeEndArray();
        });
        Response.ResponseBuilder response =
                Response.ok(body, MediaType.APPLICATION_JSON_TYPE).header(HttpHeaders.CACHE_CONTROL, "no-store");
        return (result.more() ? response.header("Mqtt-Retained-More", "true") : response).build();
    }

    private static void write(JsonGenerator out, BrokerMessage received) throws IOException {
        IncomingPublish message = received.message();
        MessageJson.write(
                out,
                message.topic(),
                message.payload(),
                message.qos().value(),
                message.retain(),
                received.receivedAt(),
                message.properties());
    }
}
