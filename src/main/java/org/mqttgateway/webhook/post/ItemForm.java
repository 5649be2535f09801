package org.mqttgateway.webhook.post;

import io.vertx.core.MultiMap;
import org.mqttgateway.http.MessageJson;
import org.mqttgateway.http.PropertiesJson;

/** The message as an item of the live feed: JSON. */
final class ItemForm implements Form {

    @Override
    public byte[] body(Delivery delivery) {
        return MessageJson.encode(
                delivery.topic(),
                delivery.payload(),
                delivery.metadata().getQosLevel().value(),
                delivery.metadata().isRetain(),
                delivery.receivedAt(),
                PropertiesJson.of(delivery.metadata()));
    }

    @Override
    public void addHeaders(Delivery delivery, MultiMap headers) {
        headers.set("Content-Type", "application/json");
    }
}
