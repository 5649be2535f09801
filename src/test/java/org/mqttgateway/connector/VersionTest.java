package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.ScriptedConnection;
import org.mqttgateway.testing.VersionRefusal;

/** MQTT 5 is spoken where the broker speaks it, and 3.1.1 where it refuses 5; who looks learns which. */
class VersionTest {

    private static final MqttVersion OLD = MqttVersion.MQTT_3_1_1;
    private static final MqttVersion NEW = MqttVersion.MQTT_5;

    @Test
    void mqtt5WhereTheBrokerSpeaksBoth() {
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker();
                OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("m", MqttQoS.AT_LEAST_ONCE));
            assertEquals(NEW, gateway.version());
            assertTrue(gateway.status().text().endsWith(" with MQTT 5"));
            assertTrue(log.await("Connected successfully").endsWith(" with MQTT 5"));
            assertEquals(List.of(NEW), versions(broker));
            assertEquals(List.of(), log.containing("3.1.1"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void mqtt311WhereTheBrokerRefuses5AndThe5AgainAfterTheConnection(VersionRefusal refusal) {
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker(OLD)) {
            broker.refuseVersion(refusal);
            try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
                acked(gateway.send("m", MqttQoS.AT_LEAST_ONCE));
                assertEquals(OLD, gateway.version());
                assertTrue(gateway.status().text().endsWith(" with MQTT 3.1.1"));
                assertTrue(log.await("Connected successfully").endsWith(" with MQTT 3.1.1"));
                // One close may be a broker that just stops.
                List<MqttVersion> first = refusal == VersionRefusal.CLOSE ? List.of(NEW, NEW, OLD) : List.of(NEW, OLD);
                assertEquals(first, versions(broker));
                broker.cut();
                broker.awaitAttempts(2 * first.size());
                acked(gateway.send("again", MqttQoS.AT_LEAST_ONCE));
                assertEquals(first, versions(broker).subList(first.size(), 2 * first.size()));
                log.await("Connected successfully", 2);
                log.await("cannot say that it has refused a message");
                assertEquals(
                        1,
                        log.containing("cannot say that it has refused a message")
                                .size());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void withVersion5NobodyIsSpokenToIn311(VersionRefusal refusal) {
        try (ScriptedBroker broker = new ScriptedBroker(OLD)) {
            broker.refuseVersion(refusal);
            try (OutgoingHarness gateway = new OutgoingHarness(broker.port(), "version", "5")) {
                broker.awaitAttempts(3);
                assertEquals(List.of(NEW, NEW, NEW), versions(broker).subList(0, 3));
                assertEquals(null, gateway.version());
            }
        }
    }

    @Test
    void withVersion311NobodyIsAskedFor5() {
        try (ScriptedBroker broker = new ScriptedBroker();
                OutgoingHarness gateway = new OutgoingHarness(broker.port(), "version", "3.1.1")) {
            acked(gateway.send("m", MqttQoS.AT_LEAST_ONCE));
            assertEquals(List.of(OLD), versions(broker));
        }
    }

    @Test
    void aBrokerThatStopsDuringConnectIsAskedFor5Again() {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            broker.onConnect(connection -> {
                broker.onConnect(broker::accept);
                connection.close();
            });
            try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
                acked(gateway.send("m", MqttQoS.AT_LEAST_ONCE));
                assertEquals(List.of(NEW, NEW), versions(broker));
            }
        }
    }

    /** In MQTT 3.1.1 the broker could no longer say that it denies a publish, which would then be answered 200. */
    @Test
    void aBrokerThatIsRestartedIsSpokenToIn5AsBefore() {
        try (ScriptedBroker broker = new ScriptedBroker();
                OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            broker.refuse(message -> message.text().equals("denied"), 0x87, null);
            assertEquals(Reason.REFUSED, failed(gateway.send("denied", MqttQoS.AT_LEAST_ONCE)));
            AtomicInteger closes = new AtomicInteger();
            broker.onConnect(connection -> {
                if (closes.incrementAndGet() <= 2) {
                    connection.close();
                } else {
                    broker.accept(connection);
                }
            });
            broker.cut();
            broker.awaitAttempts(4);
            assertEquals(Reason.REFUSED, failed(gateway.send("denied", MqttQoS.AT_LEAST_ONCE)));
            assertEquals(List.of(NEW, NEW, NEW, NEW), versions(broker));
        }
    }

    /** As BifroMQ does. */
    @Test
    void aBrokerThatRefusesTheMaximumPacketSizeIsConnectedToWithoutIt() {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            broker.onConnect(connection -> {
                var maximum = connection
                        .connect()
                        .variableHeader()
                        .properties()
                        .getProperty(MqttPropertyType.MAXIMUM_PACKET_SIZE.value());
                if (maximum instanceof MqttProperties.IntegerProperty size && size.value() > 262_144) {
                    connection.send(new byte[] {0x20, 3, 0, (byte) 0x95, 0});
                    connection.close();
                } else {
                    broker.accept(connection);
                }
            });
            try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
                acked(gateway.send("m", MqttQoS.AT_LEAST_ONCE));
                assertEquals(List.of(NEW, NEW), versions(broker));
            }
        }
    }

    private static List<MqttVersion> versions(ScriptedBroker broker) {
        return broker.attempts().stream().map(ScriptedConnection::version).toList();
    }
}
