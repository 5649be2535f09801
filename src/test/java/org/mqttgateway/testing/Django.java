package org.mqttgateway.testing;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The Django project of {@code src/test/django} as a process, with a database of its own, to be stopped and started again. */
public final class Django implements AutoCloseable {

    private static final Path PROJECT = Path.of("src/test/django");

    /** Debian's Python knows Debian's Django, which another one that comes first on the PATH does not. */
    private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");

    private final Map<String, String> environment;
    private final int port;
    private final Path log;
    private Process process;

    private Django(int port, int gatewayPort, String secret, Map<String, String> more) throws IOException {
        Path directory = Temporary.directory("django");
        this.port = port;
        this.log = directory.resolve("log");
        this.environment = new HashMap<>(more);
        environment.putAll(Map.of(
                "DJANGO_DATABASE",
                directory.resolve("db.sqlite3").toString(),
                "MQTT_GATEWAY_URL",
                "http://localhost:" + gatewayPort,
                "MQTT_WEBHOOK_SECRET",
                secret,
                "PYTHONDONTWRITEBYTECODE",
                "1"));
    }

    public static boolean isInstalled() {
        return python() != null;
    }

    private static String python() {
        return PYTHONS.stream()
                .filter(python -> run(python, "-c", "import django, jwt, requests"))
                .findFirst()
                .orElse(null);
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Makes the database and starts the server. */
    public static Django start(int port, int gatewayPort, String secret) {
        return start(port, gatewayPort, secret, Map.of());
    }

    /** The same with more of what comes from the environment. */
    public static Django start(int port, int gatewayPort, String secret, Map<String, String> more) {
        try {
            Django django = new Django(port, gatewayPort, secret, more);
            Process migration = django.manage("migrate");
            Awaitility.await("migrated; " + django.log)
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> !migration.isAlive());
            django.restart();
            return django;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void restart() {
        process = manage("runserver", "--noreload", "127.0.0.1:" + port);
        Awaitility.await("Django answers; " + log).atMost(60, TimeUnit.SECONDS).until(() -> Ports.isOpen(port));
    }

    private Process manage(String... arguments) {
        List<String> command = new ArrayList<>(List.of(python(), "manage.py"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(PROJECT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of a page of this project. */
    public String address(String path) {
        return "http://localhost:" + port + path;
    }

    /** A request to this project. */
    public RequestSpecification request() {
        return RestAssured.given().baseUri("http://127.0.0.1").port(port);
    }

    /** The payloads in the database, in the order in which they came. */
    public List<String> payloads() {
        JsonPath messages =
                request().get("/messages/").then().statusCode(200).extract().jsonPath();
        return messages.getList("messages.payload");
    }

    /** Waits until so many messages are in the database. */
    public List<String> await(int count) {
        Awaitility.await(count + " messages in Django's database; " + log)
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> payloads().size() >= count);
        return payloads();
    }

    /** Ends the server; what it has stored stays. */
    public void stop() {
        process.destroyForcibly();
        Awaitility.await("Django ends").atMost(30, TimeUnit.SECONDS).until(() -> !process.isAlive());
    }

    @Override
    public void close() {
        stop();
    }
}
