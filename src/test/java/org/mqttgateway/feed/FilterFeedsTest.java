package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.connector.ReceivingSessions;
import org.mqttgateway.feed.FeedRequest.Filter;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.caller.Callers;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.testing.InProcessBrokerResource;

/** What listeners leave behind. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class FilterFeedsTest {

    private static final long KEEP_MILLIS = 65_000;

    @Inject
    Vertx vertx;

    @Inject
    ReceivingSessions sessions;

    @Inject
    GatewaySettings settings;

    @Inject
    TooMany tooMany;

    @Inject
    Callers callers;

    /** Seen before: 21 timers, of up to 65 s, for each poll of 20 filters. Four connections that polled for a minute filled a heap of 512 MB. */
    @Test
    void thousandsWhoComeAndGoLeaveNoTimerEach() {
        AtomicInteger timers = new AtomicInteger();
        Vertx counting = (Vertx) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Vertx.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("setTimer")) {
                        timers.incrementAndGet();
                    }
                    return method.invoke(vertx, arguments);
                });
        FilterFeeds feeds = new FilterFeeds(counting, sessions, settings, tooMany);
        Caller caller = callers.gateway();
        List<Filter> filters = IntStream.range(0, 5)
                .mapToObj(n -> new Filter(new TopicFilter("left/" + n), MqttQoS.AT_LEAST_ONCE))
                .toList();
        try {
            for (int n = 0; n < 1_000; n++) {
                // Others too, which share the filters.
                feeds.release(feeds.acquire(filters.subList(n % 3, 5), caller), caller, KEEP_MILLIS);
            }
            assertTrue(timers.get() < 10, timers + " timers");
        } finally {
            feeds.end();
        }
    }
}
