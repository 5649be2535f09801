package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.subscribe.Subscription;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SubscribedHarness;

/** No SUBSCRIBE or UNSUBSCRIBE is larger than the broker's Maximum Packet Size (section 3.2.2.3.6). Only MQTT 5 has one. */
class LargestPacketTest {

    /** Type and Remaining Length, identifier, Property Length, and the filter with its length; SUBSCRIBE has its options besides. */
    private static final int UNSUBSCRIBE = 2 + 2 + 1 + 2 + "django/+".length();

    private static final int SUBSCRIBE = UNSUBSCRIBE + 1;
    private static final String TOO_LARGE =
            "the subscription of django/+ is larger than the broker's largest packet (" + (SUBSCRIBE - 1) + " bytes)";

    private final List<String> told = new ArrayList<>();

    private static EmbeddedSocket accept(EmbeddedNetwork network, boolean sessionPresent, int largest) {
        EmbeddedSocket broker = network.answer();
        broker.accept(
                sessionPresent,
                new MqttProperties.IntegerProperty(MqttPropertyType.MAXIMUM_PACKET_SIZE.value(), largest));
        network.run();
        return broker;
    }

    private Subscription subscribe(SubscribedHarness gateway, String filter) {
        return gateway.session.subscribe(
                new Wish(new TopicFilter(filter), MqttQoS.AT_LEAST_ONCE, SubscribedHarness.listener(told)));
    }

    @Test
    void theOneSubscriptionOfASession() {
        try (SubscribedHarness gateway = new SubscribedHarness(MQTT_5, 1 << 20)) {
            EmbeddedSocket broker = accept(gateway.network, false, SUBSCRIBE - 1);
            gateway.network.pass(EmbeddedNetwork.SUBACK_MILLIS);
            assertEquals(List.of(), broker.sent());
            assertEquals(List.of(TOO_LARGE), gateway.told);
            assertEquals(new Status(false, TOO_LARGE), gateway.session.status());
            assertEquals(
                    1,
                    gateway.logged(TOO_LARGE.replace("the sub", "The sub")
                            + ": nothing will be consumed. Shorten the filter"));
            broker.hangUp();
            gateway.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            assertEquals(
                    List.of("SUBSCRIBE 1 django/+ 2"),
                    accept(gateway.network, false, SUBSCRIBE).sent());
        }
    }

    @Test
    void othersOnTheSameConnectionDoNotNotice() {
        try (SubscribedHarness gateway = new SubscribedHarness()) {
            EmbeddedSocket broker = accept(gateway.network, false, SUBSCRIBE - 1);
            for (String filter : List.of("django/+", "django/")) {
                subscribe(gateway, filter);
            }
            gateway.network.run();
            broker.suback(1, 1);
            assertEquals(List.of("SUBSCRIBE 1 django/ 1"), broker.sent());
            assertEquals(List.of(TOO_LARGE, "subscribed"), told);
            broker.hangUp();
            gateway.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            assertEquals(
                    List.of("SUBSCRIBE 2 django/ 1"),
                    accept(gateway.network, false, SUBSCRIBE).sent(),
                    "the caller of the other one has his answer");
        }
    }

    /** The session may still have it from a connection whose largest packet was larger. Its messages are ignored then. */
    @Test
    void anUnsubscribeThatIsTooLargeIsLeftOut() {
        try (SubscribedHarness gateway = new SubscribedHarness()) {
            Subscription subscription = subscribe(gateway, "django/+");
            EmbeddedSocket broker = accept(gateway.network, false, SUBSCRIBE);
            assertEquals(List.of("SUBSCRIBE 1 django/+ 1"), broker.sent());
            broker.hangUp();
            gateway.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            broker = accept(gateway.network, true, UNSUBSCRIBE - 1);
            gateway.session.unsubscribe(subscription);
            gateway.network.run();
            assertEquals(List.of(), broker.sent());
        }
    }

    @Test
    void soIsOneOnTheNextConnection() {
        for (int largest : new int[] {UNSUBSCRIBE - 1, UNSUBSCRIBE}) {
            try (SubscribedHarness gateway = new SubscribedHarness()) {
                Subscription subscription = subscribe(gateway, "django/+");
                EmbeddedSocket broker = accept(gateway.network, false, SUBSCRIBE);
                broker.suback(1, 1);
                broker.hangUp();
                gateway.session.unsubscribe(subscription);
                gateway.network.pass(EmbeddedNetwork.RETRY_MILLIS);
                assertEquals(
                        largest < UNSUBSCRIBE ? List.of() : List.of("UNSUBSCRIBE 2 django/+"),
                        accept(gateway.network, true, largest).sent());
            }
        }
    }
}
