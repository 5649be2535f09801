package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NastyPassword;
import org.mqttgateway.testing.NeedsMosquitto;

/**
 * Nasty passwords as a user has them: those of the callers, and that of the broker, from the environment, from a file of their own, and from {@code
 * config/application.properties}. Each way is one gateway, with a user for each password; SecretsTest has each password at each setting.
 */
@NeedsMosquitto
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1)
class PasswordsIT {

    /** All that is nasty in one. */
    private static final String OF_THE_BROKER = " pa$$word a\\$b $2024! ";

    private Mosquitto mosquitto;

    private enum Way {
        ENVIRONMENT,
        FILE_OF_ITS_OWN,
        FILE_OF_SETTINGS
    }

    @BeforeAll
    void start(@TempDir Path directory) {
        Path passwords = directory.resolve("passwords");
        Commands.run("mosquitto_passwd", "-b", "-c", passwords.toString(), "gateway", OF_THE_BROKER);
        mosquitto = Mosquitto.startWith(List.of("allow_anonymous false", "password_file " + passwords));
    }

    @AfterAll
    void stop() {
        mosquitto.close();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void eachLogsInAndTheBrokerLetsTheGatewayIn(Way way, @TempDir Path directory) throws IOException {
        List<String> passwords = NastyPassword.ALL.stream()
                .filter(password -> canBeWritten(way, password))
                .toList();
        Map<String, String> environment = new HashMap<>(Map.of("MQTT_USER", "gateway", "LC_ALL", "C.UTF-8"));
        StringBuilder settings = new StringBuilder();
        set(way, "mqtt.password", OF_THE_BROKER, environment, settings);
        for (int i = 0; i < passwords.size(); i++) {
            set(way, "mqtt.http.users.user" + i + ".password", passwords.get(i), environment, settings);
        }
        Path file = Files.writeString(directory.resolve("application.properties"), settings);
        environment.put("SMALLRYE_CONFIG_LOCATIONS", file.toString());
        try (Gateway gateway = Gateway.start(mosquitto.port(), environment)) {
            gateway.awaitLog("Subscribed to django/mqtt");
            for (int i = 0; i < passwords.size(); i++) {
                assertEquals(200, publish(gateway, "user" + i, passwords.get(i)), passwords.get(i));
                assertEquals(401, publish(gateway, "user" + i, passwords.get(i) + "$"), passwords.get(i));
            }
        }
    }

    /** The single user has a password of the same kinds. */
    @Test
    void aPasswordThatBeginsAsAHashDoesIsOneOfTheSingleUserToo() {
        Map<String, String> environment = Map.of(
                "MQTT_USER", "gateway",
                "MQTT_PASSWORD", OF_THE_BROKER,
                "MQTT_HTTP_USER", "ada",
                "MQTT_HTTP_PASSWORD", "$2024Summer!");
        try (Gateway gateway = Gateway.start(mosquitto.port(), environment)) {
            gateway.awaitLog("Subscribed to django/mqtt");
            assertEquals(200, publish(gateway, "ada", "$2024Summer!"));
        }
    }

    private static void set(
            Way way, String key, String password, Map<String, String> environment, StringBuilder settings) {
        String variable = key.toUpperCase().replace('.', '_');
        switch (way) {
            case ENVIRONMENT -> environment.put(variable, password);
            case FILE_OF_ITS_OWN ->
                environment.put(
                        variable + "_FILE", NastyPassword.file(password, "\n").toString());
            case FILE_OF_SETTINGS ->
                settings.append(key)
                        .append('=')
                        .append(NastyPassword.inProperties(password))
                        .append('\n');
        }
    }

    /** In a file of settings a reference as a whole is one; and this JVM may not know how to write a letter into an environment. */
    private static boolean canBeWritten(Way way, String password) {
        return switch (way) {
            case ENVIRONMENT -> Charset.defaultCharset().newEncoder().canEncode(password);
            case FILE_OF_ITS_OWN -> true;
            case FILE_OF_SETTINGS -> !password.matches("\\$\\{.*}");
        };
    }

    private static int publish(Gateway gateway, String user, String password) {
        String credentials =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return gateway.request()
                .header("Authorization", "Basic " + credentials)
                .contentType("text/plain")
                .body("Hello")
                .post("/publish?topic=passwords")
                .statusCode();
    }
}
