package org.mqttgateway.publish;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.mqtt.MqttMessage;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** {@code /publish}: sends a message to the broker and answers when the broker has confirmed it. */
@Path("/publish")
public class PublishResource {

    private final MutinyEmitter<byte[]> emitter;

    // The connector behind the channel takes all that comes and refuses what its buffer cannot hold, so none is needed
    // here.
    PublishResource(@Channel("publish") @OnOverflow(OnOverflow.Strategy.NONE) MutinyEmitter<byte[]> emitter) {
        this.emitter = emitter;
    }

    /** Publishes {@code msg} to {@code topic}. */
    @POST
    public Uni<PublishResult> publish(PublishRequest request) {
        byte[] payload = request.msg() == null ? new byte[0] : request.msg().getBytes(StandardCharsets.UTF_8);
        MqttQoS qos = MqttQoS.valueOf(request.qos() == null ? 1 : request.qos());
        return emitter.sendMessage(MqttMessage.of(request.topic(), payload, qos, Boolean.TRUE.equals(request.retain())))
                .replaceWith(PublishResult.SUCCESS);
    }
}
