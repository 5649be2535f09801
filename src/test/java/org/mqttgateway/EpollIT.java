package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.NeedsJvm;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** On Linux epoll serves the sockets, and NIO where that is asked for or epoll's library cannot be loaded (operations.md, "Containers"). */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = {"amd64", "aarch64"},
        disabledReason = "the library is for these")
class EpollIT {

    @Test
    @UsesSharedGateway
    @NeedsMosquitto
    void servesWithEpoll() throws IOException {
        assertServes(SharedGateway.gateway(), true);
    }

    @Test
    void servesWithoutEpollWhereThatIsAskedFor() throws IOException {
        assertServesWithoutEpoll("QUARKUS_VERTX_PREFER_NATIVE_TRANSPORT", "false");
    }

    @Test
    @NeedsJvm
    void servesWithoutEpollWhereItsLibraryCannotBeLoaded() throws IOException {
        assertServesWithoutEpoll("_JAVA_OPTIONS", "-Dio.netty.native.workdir=/proc");
    }

    private static void assertServesWithoutEpoll(String setting, String value) throws IOException {
        try (Gateway gateway = Gateway.start(Ports.free(), Map.of(setting, value))) {
            assertServes(gateway, false);
        }
    }

    /** Java's NIO waits in epoll too, but only the event loops of Netty's transport have a timer there. */
    private static void assertServes(Gateway gateway, boolean epoll) throws IOException {
        gateway.request().get("/status").then().statusCode(200);
        Path process = Path.of("/proc/" + gateway.pid());
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                open.add(target(descriptor));
            }
        }
        assertEquals(epoll, open.contains("anon_inode:[timerfd]"), open::toString);
        assertEquals(
                epoll,
                Files.readString(process.resolve("maps")).contains("libnetty_transport_native_epoll"),
                "the library is loaded");
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "closed meanwhile";
        }
    }
}
