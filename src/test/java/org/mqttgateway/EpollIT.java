package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Commands;
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
@NeedsJvm
class EpollIT {

    @Test
    @UsesSharedGateway
    @NeedsMosquitto
    void servesWithEpoll() {
        assertServes(SharedGateway.gateway(), true);
    }

    @ParameterizedTest
    @CsvSource({"QUARKUS_VERTX_PREFER_NATIVE_TRANSPORT, false", "_JAVA_OPTIONS, -Dio.netty.native.workdir=/proc"})
    void servesWithoutEpoll(String setting, String value) {
        try (Gateway gateway = Gateway.start(Ports.free(), Map.of(setting, value))) {
            assertServes(gateway, false);
        }
    }

    private static void assertServes(Gateway gateway, boolean epoll) {
        gateway.request().get("/status").then().statusCode(200);
        String threads = Commands.run("jcmd", Long.toString(gateway.pid()), "Thread.print");
        assertEquals(epoll, threads.contains("EpollEventLoop.run"), threads);
        assertEquals(!epoll, threads.contains("NioEventLoop.run"), threads);
    }
}
