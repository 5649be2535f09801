package org.mqttgateway.request;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.MultiMap;
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
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.body.RequestBody;
import org.mqttgateway.http.repeat.Repeat;
import org.mqttgateway.http.repeat.Repeats;
import org.mqttgateway.http.share.Rates;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.publish.parse.CarriedHeaders;
import org.mqttgateway.publish.parse.PublishRequestParser;
import org.mqttgateway.publish.parse.RawRequest;
import org.mqttgateway.settings.GatewaySettings;

/** {@code /request}: publishes a message and answers with the reply to it. */
@Path("/request")
public class RequestResource {

    private final RequestBody body;
    private final PublishRequestParser parser;
    private final Requests requests;
    private final Repeats repeats;
    private final Rates rates;
    private final GatewaySettings settings;

    RequestResource(
            RequestBody body,
            PublishRequestParser parser,
            Requests requests,
            Repeats repeats,
            Rates rates,
            GatewaySettings settings) {
        this.body = body;
        this.parser = parser;
        this.requests = requests;
        this.repeats = repeats;
        this.rates = rates;
        this.settings = settings;
    }

    /** Publishes a message given as JSON; the answer is JSON. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public CompletionStage<Response> request(@Context RoutingContext context) {
        if (RawRequest.isEvent(context.request().headers())) {
            return requestRaw(context);
        }
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
                                json,
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
                                payload,
                                BrokerMessage::raw,
                                answer)));
        return answer;
    }

    private void send(
            RequestMessage request,
            RoutingContext context,
            byte[] whole,
            Function<BrokerMessage, Response> form,
            CompletableFuture<Response> answer) {
        request.from().requirePublish(request.publish().topic());
        if (request.replyTo() != null) {
            request.from().requireSubscribe("replyTo", new TopicFilter(request.replyTo()));
        }
        MultiMap headers = context.request().headers();
        String key = Repeats.key(headers);
        RequestMessage complete = request.with(CarriedHeaders.of(headers, key).addTo(request.publish()));
        repeats.begin(
                context,
                request.from(),
                key,
                whole,
                1,
                repeat -> send(complete, context, repeat, new CallerAnswer(context, form, answer, repeat)));
    }

    private void send(RequestMessage request, RoutingContext context, Repeat repeat, CallerAnswer answer) {
        if (repeat.known(0) instanceof BrokerMessage reply) {
            requests.again(reply, context, answer);
            return;
        }
        try {
            requests.send(request, context, answer);
        } catch (HttpProblem tooMany) {
            answer.fail(tooMany);
        }
    }
}
