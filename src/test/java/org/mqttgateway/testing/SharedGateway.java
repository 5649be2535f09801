package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A gateway without settings of its own and the broker it is connected to, for tests that leave both as they found them. It starts when a test
 * first asks for it and ends with the process of the tests, so each test finds it as other tests have left it: with their lines in its log and their
 * counts in its metrics. A test takes topics that no other test has.
 */
public final class SharedGateway {

    private static final List<Gateway> SHARED = new CopyOnWriteArrayList<>();

    private static Mosquitto mosquitto;
    private static Gateway gateway;

    private SharedGateway() {}

    /** The gateway, connected and subscribed. */
    public static synchronized Gateway gateway() {
        if (gateway == null) {
            gateway = Gateway.start(brokerPort(), Map.of());
            closeAtTheEnd(gateway);
        }
        gateway.awaitLog("Subscribed to django/mqtt");
        Awaitility.await("the shared gateway is connected")
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> gateway.management().get("/q/health/ready").statusCode() == 200);
        return gateway;
    }

    private static int brokerPort() {
        if (Mosquitto.isInstalled()) {
            return mosquitto().port();
        }
        AnyBroker broker = AnyBroker.start();
        closeAtTheEnd(broker);
        return broker.port();
    }

    /** Its broker, for tests that need Mosquitto. It drops nothing, and refuses what is published below {@code denied}. */
    public static synchronized Mosquitto mosquitto() {
        if (mosquitto == null) {
            try {
                Path rules = Temporary.file("acl", ".txt");
                Files.writeString(rules, "topic readwrite #\ntopic deny denied/#\n");
                mosquitto = Mosquitto.startUnlimited("acl_file " + rules);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            closeAtTheEnd(mosquitto);
        }
        return mosquitto;
    }

    /** Of this gateway and of others that classes of tests share. */
    static void assertNoLoopWasBlocked() {
        SHARED.forEach(Gateway::assertNoLoopWasBlocked);
    }

    static void closeAtTheEnd(AutoCloseable process) {
        if (process instanceof Gateway shared) {
            SHARED.add(shared);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                process.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }));
    }
}
