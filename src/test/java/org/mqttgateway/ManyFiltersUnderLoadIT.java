package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.SseClient.Event;

/** One stream of twenty filters, some of which overlap, beside sixteen who publish: each message comes once and, of one topic, in order, however often the stream is cut. */
@NeedsMosquitto
class ManyFiltersUnderLoadIT {

    private static final int PUBLISHERS = 16;
    private static final int MESSAGES = 500;
    private static final int CUTS = 10;
    private static final int BEFORE_CUT = 100;

    private static final Pattern MESSAGE = Pattern.compile("\"topic\":\"(.*?)\",\"payload\":\"(.*?)\"");

    private static final List<String> FILTERS = Stream.concat(
                    IntStream.range(0, PUBLISHERS).mapToObj(i -> "load/" + i),
                    Stream.of("load/#", "load/+", "+/3", "load/7/#"))
            .toList();

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void eachMessageComesOnceAndInOrder(String version) {
        List<String> payloads =
                IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
        try (Mosquitto mosquitto = Mosquitto.startUnlimited();
                Gateway gateway =
                        Gateway.start(mosquitto.port(), Map.of("MQTT_VERSION", version, "MQTT_FEED_REPLAY", "0"))) {
            List<Event> received = new ArrayList<>();
            for (int cut = 0; cut < CUTS; cut++) {
                List<CompletableFuture<Void>> publishers = new ArrayList<>();
                List<String> some = payloads.subList(cut * MESSAGES / CUTS, (cut + 1) * MESSAGES / CUTS);
                SseClient client = listen(gateway, received);
                try (client) {
                    for (int i = 0; i < PUBLISHERS; i++) {
                        String topic = "load/" + i;
                        publishers.add(Background.run(() -> mosquitto.publishLines(topic, 1, some)));
                    }
                    client.await(BEFORE_CUT);
                }
                received.addAll(List.copyOf(client.events()));
                publishers.forEach(CompletableFuture::join);
            }
            try (SseClient client = listen(gateway, received)) {
                mosquitto.publish("load/0", "end", "-q", "1");
                client.awaitData("\"end\"");
                client.await(PUBLISHERS * MESSAGES + 1 - received.size());
                received.addAll(client.events());
            }
            assertEquals(PUBLISHERS * MESSAGES + 1, received.size());
            Map<String, List<String>> byTopic = received.stream()
                    .map(event -> MESSAGE.matcher(event.data()))
                    .filter(Matcher::find)
                    .collect(Collectors.groupingBy(
                            message -> message.group(1),
                            Collectors.mapping(message -> message.group(2), Collectors.toList())));
            byTopic.get("load/0").remove(MESSAGES);
            for (int i = 0; i < PUBLISHERS; i++) {
                assertEquals(payloads, byTopic.get("load/" + i), "load/" + i);
            }
        }
    }

    private static SseClient listen(Gateway gateway, List<Event> received) {
        String path = FILTERS.stream()
                .map(filter -> "topic=" + URLEncoder.encode(filter, StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "/messages?", ""));
        SseClient client = received.isEmpty()
                ? SseClient.open(gateway.httpPort(), path)
                : SseClient.open(
                        gateway.httpPort(),
                        path,
                        "Last-Event-ID",
                        received.get(received.size() - 1).id());
        assertEquals(200, client.status());
        return client;
    }
}
