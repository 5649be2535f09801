package org.mqttgateway.publish;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.body.RequestBody;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.limit.UnreadAnswers;
import org.mqttgateway.http.repeat.Repeat;
import org.mqttgateway.http.repeat.Repeats;
import org.mqttgateway.http.share.Rates;
import org.mqttgateway.publish.parse.CarriedHeaders;
import org.mqttgateway.publish.parse.PublishRequest;
import org.mqttgateway.publish.parse.PublishRequestParser;
import org.mqttgateway.publish.parse.RawRequest;
import org.mqttgateway.settings.GatewaySettings;

/**
 * {@code /publish}: sends messages to the broker and answers when the broker has confirmed them. The answer is always JSON, whatever the
 * Accept header asks for (RFC 9110 section 12.5.1 permits that). Most callers accept JSON; for them Quarkus knows the writer of the answer
 * in advance, which saves a twentieth of the time of a publish. Callers whose Accept header excludes JSON need methods of their own:
 * otherwise Quarkus REST would notice the header only after the message was sent, and would answer 406 as if it had not been sent.
 */
@Path("/publish")
public class PublishResource {

    private final RequestBody body;
    private final PublishRequestParser parser;
    private final RepeatablePublisher publisher;
    private final Repeats repeats;
    private final Rates rates;
    private final UnreadAnswers answers;
    private final MqttQoS defaultQos;
    private final long maxPayload;

    PublishResource(
            RequestBody body,
            PublishRequestParser parser,
            RepeatablePublisher publisher,
            Repeats repeats,
            Rates rates,
            UnreadAnswers answers,
            GatewaySettings settings) {
        this.body = body;
        this.parser = parser;
        this.publisher = publisher;
        this.repeats = repeats;
        this.rates = rates;
        this.answers = answers;
        this.defaultQos = MqttQoS.valueOf(settings.qos());
        this.maxPayload = settings.maxMessageSize().asLongValue();
    }

    /** Publishes one message given as JSON. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public CompletionStage<PublishResult> publish(@Context RoutingContext request) {
        if (RawRequest.isEvent(request.request().headers())) {
            return publishRaw(request);
        }
        CompletableFuture<PublishResult> answer = new CompletableFuture<>();
        body.json(
                request,
                answer,
                json -> rates.publish(
                        request, answer, caller -> publish(parser.parse(json), request, caller, json, answer)));
        return answer;
    }

    /** The same for a caller whose Accept header excludes JSON. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.WILDCARD)
    public CompletionStage<Response> publishForAnyAccept(@Context RoutingContext request) {
        return publish(request).thenApply(PublishResource::json);
    }

    /** Publishes the bytes of the body to the topic of the query. */
    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    public CompletionStage<PublishResult> publishRaw(@Context RoutingContext request) {
        CompletableFuture<PublishResult> answer = new CompletableFuture<>();
        body.payload(
                request,
                answer,
                payload -> rates.publish(
                        request,
                        answer,
                        caller -> publish(
                                RawRequest.parse(
                                        request.request().query(),
                                        request.request().headers(),
                                        payload,
                                        defaultQos,
                                        maxPayload),
                                request,
                                caller,
                                payload,
                                answer)));
        return answer;
    }

    private void publish(
            PublishRequest message,
            RoutingContext request,
            Caller caller,
            byte[] whole,
            CompletableFuture<PublishResult> answer) {
        MultiMap headers = request.request().headers();
        String key = Repeats.key(headers);
        PublishRequest complete = CarriedHeaders.of(headers, key).addTo(message);
        repeats.begin(request, caller, key, whole, 1, repeat -> publisher.publish(complete, caller, repeat, answer));
    }

    /** The same for a caller whose Accept header excludes JSON. */
    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.WILDCARD)
    public CompletionStage<Response> publishRawForAnyAccept(@Context RoutingContext request) {
        return publishRaw(request).thenApply(PublishResource::json);
    }

    /** Publishes many messages given as a JSON array; each has its own outcome, in the order of the request. */
    @POST
    @Path("/bulk")
    @Consumes(MediaType.APPLICATION_JSON)
    public CompletionStage<Response> publishBulk(@Context RoutingContext request) {
        CompletableFuture<CompletionStage<byte[]>> answer = new CompletableFuture<>();
        body.json(
                request,
                answer,
                json -> rates.publish(request, answer, caller -> {
                    List<PublishRequestParser.Item> items = parser.parseBulk(json);
                    rates.publishMore(request, caller, items.size() - 1);
                    if (!answers.of(request).trySet(PublishRequestParser.answerWeight(items))) {
                        throw UnreadAnswers.full("the memory for answers is full; none was published, try again later");
                    }
                    MultiMap headers = request.request().headers();
                    String key = Repeats.key(headers);
                    CarriedHeaders carried = CarriedHeaders.of(headers, key);
                    repeats.begin(
                            request,
                            caller,
                            key,
                            json,
                            items.size(),
                            repeat -> answer.complete(publish(items, caller, carried, repeat)
                                    .thenApply(outcomes -> BulkAnswer.of(outcomes, json.length))));
                }));
        return answer.thenCompose(Function.identity()).thenApply(PublishResource::json);
    }

    private CompletionStage<List<PublishResult>> publish(
            List<PublishRequestParser.Item> items, Caller caller, CarriedHeaders carried, Repeat repeat) {
        List<CompletableFuture<PublishResult>> outcomes = IntStream.range(0, items.size())
                .mapToObj(place -> publish(items.get(place), place, caller, carried, repeat))
                .toList();
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
                .thenApply(
                        done -> outcomes.stream().map(CompletableFuture::join).toList())
                .whenComplete((results, failure) -> repeat.end(
                        failure != null || results.stream().anyMatch(PublishResult::isUnknown)
                                ? Repeat.Rest.MAY_COME
                                : Repeat.Rest.NOT_DONE));
    }

    private CompletableFuture<PublishResult> publish(
            PublishRequestParser.Item item, int place, Caller caller, CarriedHeaders carried, Repeat repeat) {
        if (item.problem() != null) {
            return CompletableFuture.completedFuture(PublishResult.failed(item.problem()));
        }
        CompletableFuture<PublishResult> outcome = new CompletableFuture<>();
        try {
            publisher.publish(carried.addTo(item.request(), place), caller, repeat, place, outcome);
        } catch (HttpProblem tooManyProperties) {
            outcome.completeExceptionally(tooManyProperties);
        }
        return outcome.exceptionallyCompose(failure -> failure instanceof HttpProblem problem
                ? CompletableFuture.completedFuture(PublishResult.failed(problem))
                : CompletableFuture.failedFuture(failure));
    }

    private static Response json(Object entity) {
        return Response.ok(entity, MediaType.APPLICATION_JSON_TYPE).build();
    }
}
