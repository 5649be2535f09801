package org.mqttgateway.publish;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.mqttgateway.http.Caller;
import org.mqttgateway.http.Callers;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.RequestBody;
import org.mqttgateway.settings.GatewaySettings;

/**
 * {@code /publish}: sends messages to the broker and answers when the broker has confirmed them. The answer is JSON whatever the caller would
 * rather have (RFC 9110 section 12.5.1), so it is a {@link Response} with its media type: Quarkus REST would notice what an Accept header
 * excludes only after the message was sent, and its 406 would say that it was not.
 */
@Path("/publish")
public class PublishResource {

    private final Response success = json("{\"code\":0}".getBytes(StandardCharsets.US_ASCII));
    private final RequestBody body;
    private final PublishRequestParser parser;
    private final Publisher publisher;
    private final Callers callers;
    private final MqttQoS defaultQos;
    private final long maxPayload;

    PublishResource(
            RequestBody body,
            PublishRequestParser parser,
            Publisher publisher,
            Callers callers,
            GatewaySettings settings) {
        this.body = body;
        this.parser = parser;
        this.publisher = publisher;
        this.callers = callers;
        this.defaultQos = MqttQoS.valueOf(settings.qos());
        this.maxPayload = settings.maxMessageSize().asLongValue();
    }

    /** Publishes one message given as JSON. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> publish(@Context RoutingContext request) {
        return Uni.createFrom()
                .emitter(answer -> body.json(
                        request,
                        answer,
                        json -> publisher.publish(
                                parser.parse(json), callers.of(request), new Answer(answer, success))));
    }

    /** Publishes the bytes of the body to the topic of the query. */
    @POST
    @Consumes(MediaType.WILDCARD)
    public Uni<Response> publishRaw(@Context RoutingContext request, @Context UriInfo uri) {
        return Uni.createFrom()
                .emitter(answer -> body.payload(
                        request,
                        answer,
                        payload -> publisher.publish(
                                RawRequest.parse(
                                        uri.getQueryParameters(),
                                        request.request().headers(),
                                        payload,
                                        defaultQos,
                                        maxPayload),
                                callers.of(request),
                                new Answer(answer, success))));
    }

    /** Publishes many messages given as a JSON array; each has its own outcome, in the order of the request. */
    @POST
    @Path("/bulk")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> publishBulk(@Context RoutingContext request) {
        return Uni.createFrom()
                .<byte[]>emitter(json -> body.json(request, json, json::complete))
                .flatMap(json -> publish(parser.parseBulk(json), callers.of(request)))
                .map(PublishResource::json);
    }

    private Uni<List<PublishResult>> publish(List<PublishRequestParser.Item> items, Caller caller) {
        List<Uni<PublishResult>> outcomes = items.stream()
                .map(item -> item.problem() == null
                        ? publisher.publish(item.request(), caller)
                        : Uni.createFrom().<PublishResult>failure(item.problem()))
                .map(outcome -> outcome.onFailure(HttpProblem.class).recoverWithItem(PublishResource::failed))
                .toList();
        return outcomes.isEmpty()
                ? Uni.createFrom().item(List.of())
                : Uni.join().all(outcomes).andFailFast();
    }

    static Response json(Object entity) {
        return Response.ok(entity, MediaType.APPLICATION_JSON_TYPE).build();
    }

    private static PublishResult failed(Throwable failure) {
        HttpProblem problem = (HttpProblem) failure;
        return PublishResult.failed(problem.problem().code(), problem.problem().detail());
    }
}
