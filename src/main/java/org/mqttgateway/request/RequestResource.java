package org.mqttgateway.request;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.mqttgateway.http.BrokerMessage;
import org.mqttgateway.http.body.RequestBody;
import org.mqttgateway.http.share.Rates;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.publish.parse.PublishRequestParser;
import org.mqttgateway.publish.parse.RawRequest;
import org.mqttgateway.settings.GatewaySettings;

/** {@code /request}: publishes a message and answers with the reply to it. */
@Path("/request")
public class RequestResource {

    private final RequestBody body;
    private final PublishRequestParser parser;
    private final Requests requests;
    private final Rates rates;
    private final GatewaySettings settings;

    RequestResource(
            RequestBody body, PublishRequestParser parser, Requests requests, Rates rates, GatewaySettings settings) {
        this.body = body;
        this.parser = parser;
        this.requests = requests;
        this.rates = rates;
        this.settings = settings;
    }

    /** Publishes a message given as JSON; the answer is JSON. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public CompletionStage<Response> request(@Context RoutingContext context) {
        RequestOptions options = new RequestOptions(settings.request());
        CompletableFuture<Response> answer = new CompletableFuture<>();
        body.json(
                context,
                answer,
                json -> rates.publish(
                        context,
                        answer,
                        caller -> send(
                                options.toRequest(parser.parse(json, options), caller),
                                context,
                                BrokerMessage::json,
                                answer)));
        return answer;
    }

    /** Publishes the body as payload; the answer is the payload of the reply. */
    @POST
    @Consumes(MediaType.WILDCARD)
    public CompletionStage<Response> requestRaw(@Context RoutingContext context) {
        RequestOptions options = new RequestOptions(settings.request());
        CompletableFuture<Response> answer = new CompletableFuture<>();
        body.payload(
                context,
                answer,
                payload -> rates.publish(
                        context,
                        answer,
                        caller -> send(
                                options.toRequest(
                                        RawRequest.parse(
                                                context.request().query(),
                                                context.request().headers(),
                                                payload,
                                                MqttQoS.valueOf(settings.qos()),
                                                settings.maxMessageSize().asLongValue(),
                                                options),
                                        caller),
                                context,
                                BrokerMessage::raw,
                                answer)));
        return answer;
    }

    private void send(
            RequestMessage request,
            RoutingContext context,
            Function<BrokerMessage, Response> form,
            CompletableFuture<Response> answer) {
        request.from().requirePublish(request.publish().topic());
        if (request.replyTo() != null) {
            request.from().requireSubscribe("replyTo", new TopicFilter(request.replyTo()));
        }
        requests.send(request, context, new CallerAnswer(context, form, answer));
    }
}
