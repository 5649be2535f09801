package org.mqttgateway.publish;

import io.netty.handler.codec.mqtt.MqttQoS;
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
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.body.RequestBody;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.limit.UnreadAnswers;
import org.mqttgateway.http.share.Rates;
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
    private final Publisher publisher;
    private final Rates rates;
    private final UnreadAnswers answers;
    private final MqttQoS defaultQos;
    private final long maxPayload;

    PublishResource(
            RequestBody body,
            PublishRequestParser parser,
            Publisher publisher,
            Rates rates,
            UnreadAnswers answers,
            GatewaySettings settings) {
        this.body = body;
        this.parser = parser;
        this.publisher = publisher;
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
        CompletableFuture<PublishResult> answer = new CompletableFuture<>();
        body.json(
                request,
                answer,
                json -> rates.publish(
                        request, answer, caller -> publisher.publish(parser.parse(json), caller, answer)));
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
                        caller -> publisher.publish(
                                RawRequest.parse(
                                        request.request().query(),
                                        request.request().headers(),
                                        payload,
                                        defaultQos,
                                        maxPayload),
                                caller,
                                answer)));
        return answer;
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
                    int length = json.length;
                    answer.complete(publish(items, caller).thenApply(outcomes -> BulkAnswer.of(outcomes, length)));
                }));
        return answer.thenCompose(Function.identity()).thenApply(PublishResource::json);
    }

    private CompletionStage<List<PublishResult>> publish(List<PublishRequestParser.Item> items, Caller caller) {
        List<CompletableFuture<PublishResult>> outcomes =
                items.stream().map(item -> publish(item, caller)).toList();
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
                .thenApply(
                        done -> outcomes.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<PublishResult> publish(PublishRequestParser.Item item, Caller caller) {
        if (item.problem() != null) {
            return CompletableFuture.completedFuture(PublishResult.failed(item.problem()));
        }
        CompletableFuture<PublishResult> outcome = new CompletableFuture<>();
        publisher.publish(item.request(), caller, outcome);
        return outcome.exceptionallyCompose(failure -> failure instanceof HttpProblem problem
                ? CompletableFuture.completedFuture(PublishResult.failed(problem))
                : CompletableFuture.failedFuture(failure));
    }

    private static Response json(Object entity) {
        return Response.ok(entity, MediaType.APPLICATION_JSON_TYPE).build();
    }
}
