package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.ExampleOutput;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.NeedsShell;
import org.mqttgateway.testing.Shell;
import org.mqttgateway.testing.ShellExample;

/**
 * The examples of the documents answer what the documents show. Each runs with the packaged gateway and a real broker, in the situation
 * that the comment above it names. One that cannot run here is listed, with the reason.
 */
@NeedsMosquitto
@NeedsShell
@Order(1)
class ExamplesIT {

    /** What an example has in it that does not run here, with the reason. */
    private static final Map<String, String> NOT_RUN = Map.of(
            "./mvnw ", "builds the project, and this test is a part of that",
            "docker ", "needs Docker and what it downloads",
            "quarkus-run.jar",
                    "starts the gateway and stays, as each integration test does; ClassArchiveIT keeps its classes",
            "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING=", "settings and no command: BehindProxyIT has them",
            "localhost:8000", "the Django project answers, not the gateway: DjangoIT goes these ways",
            "mosquitto_rr", "the Django project answers here too");

    /** In this document the gateway has a user, who may publish to some topics. */
    private static final String SECURITY = "security.md:";

    private static final String PASSWORD = "hopper";

    /** What is set for each example, so that one that names it needs no gateway of its own. */
    private static final Map<String, String> DEFAULTS = Map.of("MQTT_HTTP_BODY_TIMEOUT", "2s");

    private static final Pattern SETTING = Pattern.compile("(MQTT_[A-Z_]+)=([^\\s)]*[^\\s),])");
    private static final Pattern FILTER = Pattern.compile("-t '?([^\\s']+)");
    private static final Pattern FEED =
            Pattern.compile("localhost:8080(/messages(\\?topic=[^&\\s']+(&topic=[^&\\s']+)*)?)");
    private static final Pattern AFTER = Pattern.compile("after=[0-9a-z]+-\\d+");

    private static final List<ShellExample> EXAMPLES = ShellExample.all();

    private static Mosquitto mosquitto;
    private static MosquittoSub subscriber;
    private static Gateway gateway;

    /** The settings of the gateway, and whether it has received messages. */
    private static Map<String, String> settings;

    private static boolean used;

    /** Where the next poll of the feed goes on. */
    private static String next = "";

    private static final Map<ShellExample, Shell> SUBSCRIBERS = new HashMap<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path rules = Files.writeString(directory.resolve("acl"), "topic readwrite #\ntopic deny no/#\n");
        mosquitto = Mosquitto.start("acl_file " + rules, "log_type all");
        subscriber = MosquittoSub.start(mosquitto.port(), "django/#", "%t");
        EXAMPLES.stream().filter(ShellExample::isSubscriber).forEach(example -> {
            SUBSCRIBERS.put(example, Shell.start(here(example.command())));
            Matcher filter = FILTER.matcher(example.command());
            String topic = filter.find() ? filter.group(1) : example.place();
            Awaitility.await(example.place() + " is subscribed")
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> !mosquitto.log("\t" + topic + " (QoS").isEmpty());
        });
    }

    @AfterAll
    static void stop() {
        SUBSCRIBERS.values().forEach(Shell::close);
        if (gateway != null) {
            gateway.close();
        }
        subscriber.close();
        mosquitto.close();
    }

    @Test
    void eachExampleRunsOrIsListed() {
        List<String> problems = new ArrayList<>();
        EXAMPLES.stream()
                .filter(example -> !isRun(example) && !isListed(example))
                .forEach(example ->
                        problems.add(example.place() + ": this example does not run. Show its answer behind \"$ \", "
                                + "or list it in NOT_RUN: " + example.command()));
        NOT_RUN.keySet().stream()
                .filter(text ->
                        EXAMPLES.stream().noneMatch(example -> example.command().contains(text)))
                .forEach(text -> problems.add("NOT_RUN lists what is in no example: " + text));
        assertEquals("", String.join("\n", problems));
    }

    /** In an order that takes few starts of the gateway, and that stops the broker last. */
    @TestFactory
    Stream<DynamicTest> answersWhatTheDocumentShows() {
        Map<Map<String, String>, List<ShellExample>> bySettings = new LinkedHashMap<>();
        EXAMPLES.stream()
                .filter(example -> isRun(example) && !isListed(example))
                .forEach(example -> bySettings
                        .computeIfAbsent(settings(example), key -> new ArrayList<>())
                        .add(example));
        return bySettings.values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(ExamplesIT::turn))
                .map(example -> DynamicTest.dynamicTest(example.place(), () -> run(example)));
    }

    private static int turn(ShellExample example) {
        if (isWithoutBroker(example) || isWithSilentBroker(example)) {
            return 3;
        }
        if (!settings(example).equals(DEFAULTS)) {
            return 0;
        }
        return block(example).anyMatch(ExamplesIT::needsEmptyFeed) ? 1 : 2;
    }

    private static Stream<ShellExample> block(ShellExample example) {
        return EXAMPLES.stream().filter(other -> other.block().equals(example.block()));
    }

    /** Whether it shows the feed from its first message on. */
    private static boolean needsEmptyFeed(ShellExample example) {
        return example.hasOutput()
                && FEED.matcher(example.command()).find()
                && !AFTER.matcher(example.command()).find();
    }

    private static boolean isRun(ShellExample example) {
        return example.hasOutput()
                || example.isSubscriber()
                || example.command().contains("localhost:8080");
    }

    private static boolean isListed(ShellExample example) {
        return NOT_RUN.keySet().stream().anyMatch(example.command()::contains);
    }

    private static boolean isWithoutBroker(ShellExample example) {
        return example.comment().contains("503") && example.comment().contains("the broker is away");
    }

    private static boolean isWithSilentBroker(ShellExample example) {
        return example.comment().contains("504") && example.comment().contains("silent");
    }

    /** The settings that an example needs: those that its comment names, and the user of the document about users. */
    private static Map<String, String> settings(ShellExample example) {
        Map<String, String> settings = new HashMap<>(DEFAULTS);
        Matcher setting = SETTING.matcher(example.comment());
        while (setting.find()) {
            settings.put(setting.group(1), setting.group(2));
        }
        if (settings.containsKey("MQTT_HTTP_USER")) {
            settings.putIfAbsent("MQTT_HTTP_PASSWORD", PASSWORD);
        } else if (example.place().contains(SECURITY)) {
            settings.put("MQTT_HTTP_USERS_ADA_PASSWORD", PASSWORD);
            settings.put("MQTT_HTTP_USERS_ADA_PUBLISH", "sensors/#");
        }
        return settings;
    }

    private static void run(ShellExample example) {
        if (example.isSubscriber()) {
            if (example.hasOutput()) {
                compare(example, SUBSCRIBERS.get(example));
            }
            return;
        }
        prepare(example);
        if (isWithoutBroker(example)) {
            mosquitto.stop();
        } else if (isWithSilentBroker(example)) {
            mosquitto.freeze();
        }
        try (Shell shell = Shell.start(here(example.command()))) {
            compare(example, shell);
        } finally {
            if (isWithoutBroker(example)) {
                mosquitto.restart();
            } else if (isWithSilentBroker(example)) {
                mosquitto.thaw();
            }
            used = true;
        }
    }

    private static void compare(ShellExample example, Shell shell) {
        if (!example.hasOutput()) {
            assertFalse(shell.await(1).isEmpty(), () -> example.place() + ": no answer. " + shell.errors());
            return;
        }
        List<String> expected = example.output();
        boolean endless = isStream(example) || example.isSubscriber();
        List<String> actual = shell.await(endless ? expected.size() : Integer.MAX_VALUE);
        next = ExampleOutput.next(actual);
        // A stream goes on behind what the document shows of it.
        List<String> shown = endless ? actual.subList(0, Math.min(expected.size(), actual.size())) : actual;
        assertEquals(
                ExampleOutput.normalised(expected),
                ExampleOutput.normalised(shown),
                // What curl writes there is its progress, unless there is no answer.
                () -> example.place() + ": " + example.command() + (actual.isEmpty() ? "\n" + shell.errors() : "")
                        + "\n");
    }

    private static boolean isStream(ShellExample example) {
        return example.command().startsWith("curl -N ");
    }

    /** Brings about what the example takes for granted: a gateway with its settings, and the messages that its answer shows. */
    private static void prepare(ShellExample example) {
        if (!settings(example).equals(settings) || (needsEmptyFeed(example) && used)) {
            startGateway(settings(example));
        }
        awaitReadiness();
        if (block(example).findFirst().orElseThrow().equals(example)) {
            block(example)
                    .filter(ShellExample::hasOutput)
                    .flatMap(other -> ExampleOutput.messages(other.output()).stream())
                    .filter(message -> message.get("retain").asBoolean())
                    .forEach(ExamplesIT::publish);
        }
        Matcher feed = FEED.matcher(example.command());
        if (feed.find() && example.hasOutput()) {
            fill(feed.group(1), ExampleOutput.messages(example.output()));
        }
    }

    private static void startGateway(Map<String, String> newSettings) {
        if (gateway != null) {
            gateway.close();
        }
        settings = newSettings;
        gateway = Gateway.start(mosquitto.port(), settings);
        used = false;
    }

    private static void awaitReadiness() {
        Awaitility.await("readiness")
                .atMost(40, TimeUnit.SECONDS)
                .until(() -> gateway.management().get("/q/health/ready").statusCode() == 200);
    }

    /** Publishes messages, and waits until the feed has them. */
    private static void fill(String path, List<JsonNode> messages) {
        if (messages.isEmpty()) {
            return;
        }
        // A filter is subscribed by its first listener.
        payloads(path);
        messages.forEach(ExamplesIT::publish);
        String last = messages.get(messages.size() - 1).get("payload").asText();
        Awaitility.await(last + " is in the feed").atMost(20, TimeUnit.SECONDS).until(() -> {
            List<String> payloads = payloads(path);
            return !payloads.isEmpty() && payloads.get(payloads.size() - 1).equals(last);
        });
    }

    private static List<String> payloads(String path) {
        return request().accept(ContentType.JSON).get(path).jsonPath().getList("items.payload");
    }

    private static void publish(JsonNode message) {
        Map<String, Object> body = new HashMap<>(Map.of(
                "topic", message.get("topic").asText(),
                "msg", message.get("payload").asText(),
                "qos", message.get("qos").asInt(),
                "retain", message.get("retain").asBoolean()));
        if (message.has("encoding")) {
            body.put("encoding", message.get("encoding").asText());
        }
        request()
                .contentType(ContentType.JSON)
                .body(body)
                .post("/publish")
                .then()
                .statusCode(200);
    }

    private static RequestSpecification request() {
        RequestSpecification request = gateway.request().urlEncodingEnabled(false);
        return settings.containsKey("MQTT_HTTP_USERS_ADA_PASSWORD")
                ? request.auth().preemptive().basic("ada", PASSWORD)
                : request;
    }

    /** A command as it is typed here: to the gateway and the broker of this test, from where the feed stands. */
    private static String here(String command) {
        String here = command.replaceAll("\\bmosquitto_(sub|pub)\\b", "mosquitto_$1 -p " + mosquitto.port());
        if (gateway != null) {
            here = here.replace("localhost:8080", "127.0.0.1:" + gateway.httpPort())
                    .replace("localhost:9000", "127.0.0.1:" + gateway.managementPort());
        }
        return AFTER.matcher(here).replaceAll("after=" + next);
    }
}
