package org.mqttgateway.retained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mqttgateway.base.Held;
import org.mqttgateway.connector.TestSessions;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.Subscribe;

/** Brokers that answer PINGREQ before they have sent what they retain, and those that do not. */
@Execution(ExecutionMode.CONCURRENT)
class RetainedReaderTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** What the gateway waits for a message that comes after the answer to PINGREQ. */
    private static final long WAIT_MILLIS = 200;

    private final ScriptedBroker broker = new ScriptedBroker();
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Futures.get(vertx.close());
        broker.close();
    }

    private RetainedReader reader(String... settings) {
        return new RetainedReader(
                vertx, TestSessions.of(vertx, broker.port(), settings), TestSettings.of(broker.port(), settings));
    }

    private static List<String> read(RetainedReader reader, String filter) {
        return reader
                .read(new TopicFilter(filter), 100, new Held(1, 1).share(), staying())
                .await()
                .atMost(DEADLINE)
                .messages()
                .stream()
                .map(message -> message.message().topic())
                .toList();
    }

    /** A caller who does not leave. */
    private static RoutingContext staying() {
        HttpServerResponse open = proxy(HttpServerResponse.class, method -> false);
        return proxy(RoutingContext.class, method -> switch (method) {
            case "response" -> open;
            case "addEndHandler" -> 0;
            default -> null;
        });
    }

    private static <T> T proxy(Class<T> type, Function<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                RetainedReaderTest.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answers.apply(method.getName())));
    }

    private static long millisOfRead(RetainedReader reader, String filter) {
        long start = System.nanoTime();
        read(reader, filter);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** Below {@code kept/} there are three messages; on the topic {@code kept} there is one. */
    private static void sendRetained(Subscribe subscribe) {
        switch (subscribe.filters().get(0)) {
            case "kept/#" -> List.of("kept/1", "kept/2", "kept/3").forEach(topic -> send(subscribe, topic));
            case "kept" -> send(subscribe, "kept");
            default -> {
                // Nothing is retained there.
            }
        }
    }

    private static void send(Subscribe subscribe, String topic) {
        subscribe
                .connection()
                .deliver(Delivery.of(topic, "m", MqttQoS.AT_MOST_ONCE).retained());
    }

    private void keepTheOrder() {
        broker.onSubscribe(subscribe -> {
            broker.grant(subscribe);
            sendRetained(subscribe);
        });
    }

    /** Answers the SUBSCRIBE and each PINGREQ at once, and sends what it retains later. */
    private void beLate(long millis) {
        broker.onSubscribe(subscribe -> {
            broker.grant(subscribe);
            vertx.setTimer(millis, id -> sendRetained(subscribe));
        });
    }

    @Test
    void whatComesLateIsWaitedFor() {
        beLate(20);
        RetainedReader reader = reader();
        assertEquals(List.of("kept/1", "kept/2", "kept/3"), read(reader, "kept/#"));
        assertEquals(List.of("kept"), read(reader, "kept"));
        assertEquals(List.of(), read(reader, "nothing"));
    }

    private void sendLater(Subscribe subscribe, int number) {
        vertx.setTimer(60, id -> {
            send(subscribe, "kept/" + number);
            if (number < 5) {
                sendLater(subscribe, number + 1);
            }
        });
    }

    @Test
    void theWaitBeginsAgainWithEachMessage() {
        broker.onSubscribe(subscribe -> {
            broker.grant(subscribe);
            sendLater(subscribe, 1);
        });
        assertEquals(List.of("kept/1", "kept/2", "kept/3", "kept/4", "kept/5"), read(reader(), "kept/#"));
    }

    @Test
    void aBrokerThatKeepsTheOrderIsNotWaitedForAfterAWhile() {
        keepTheOrder();
        RetainedReader reader = reader();
        assertTrue(millisOfRead(reader, "nothing") >= WAIT_MILLIS);
        believe(reader);
        assertEquals(List.of("kept/1", "kept/2", "kept/3"), read(reader, "kept/#"));
    }

    /** Each of these reads but the first, for which the connection is opened, shows that the broker keeps the order. */
    private static void believe(RetainedReader reader) {
        for (int i = 0; i < 21; i++) {
            assertEquals(List.of("kept"), read(reader, "kept"));
        }
        awaitNoWait(reader);
    }

    private static void awaitNoWait(RetainedReader reader) {
        Awaitility.await("a read without a wait").atMost(DEADLINE).until(() -> millisOfRead(reader, "nothing") < 100);
    }

    @Test
    void oneThatIsLateOnceIsBelievedNoMore() {
        keepTheOrder();
        RetainedReader reader = reader();
        believe(reader);
        beLate(150);
        // The first read meets it unawares.
        Awaitility.await("the message").atMost(DEADLINE).until(() -> !read(reader, "kept")
                .isEmpty());
        keepTheOrder();
        for (int i = 0; i < 21; i++) {
            assertEquals(List.of("kept"), read(reader, "kept"));
        }
        assertTrue(millisOfRead(reader, "nothing") >= WAIT_MILLIS);
    }

    @Test
    void readsThatFindNothingSayNothingOfTheOrder() {
        keepTheOrder();
        RetainedReader reader = reader();
        for (int i = 0; i < 21; i++) {
            assertTrue(millisOfRead(reader, "nothing") >= WAIT_MILLIS);
        }
    }

    @Test
    void aWaitThatIsSetHoldsAlways() {
        keepTheOrder();
        awaitNoWait(reader("retained.wait", "0s"));
        RetainedReader patient = reader("retained.wait", "100ms");
        for (int i = 0; i < 21; i++) {
            read(patient, "kept");
        }
        assertTrue(millisOfRead(patient, "nothing") >= 100);
    }
}
