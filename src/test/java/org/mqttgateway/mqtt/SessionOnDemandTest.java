package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SubscribedHarness;

/** A session is there while somebody uses it, and a while longer. */
class SessionOnDemandTest {

    private static final int IDLE_MILLIS = 30_000;

    private final SubscribedHarness gateway = new SubscribedHarness();
    private final EmbeddedNetwork network = gateway.network;
    private final SessionOnDemand sessions =
            new SessionOnDemand(gateway.session.loop(), () -> gateway.another(MqttVersion.MQTT_5));

    @BeforeEach
    void acceptTheSessionOfTheHarness() {
        network.accept(false);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void isOpenedForTheFirstUserAndClosedAWhileAfterTheLast() {
        ReceivingSession session = sessions.use();
        EmbeddedSocket broker = network.accept(false);
        assertTrue(sessions.isConnected());
        assertSame(session, sessions.use());
        sessions.release();
        network.pass(IDLE_MILLIS - 1);
        assertTrue(broker.channel.isOpen(), "somebody still uses it");
        sessions.release();
        network.pass(IDLE_MILLIS - 1);
        assertTrue(broker.channel.isOpen());
        network.pass(1);
        assertFalse(broker.channel.isOpen());
        assertFalse(sessions.isConnected());
    }

    @Test
    void whoComesBackInTimeFindsIt() {
        ReceivingSession session = sessions.use();
        EmbeddedSocket broker = network.accept(false);
        sessions.release();
        network.pass(IDLE_MILLIS - 1);
        assertSame(session, sessions.use());
        network.pass(IDLE_MILLIS - 1);
        assertTrue(broker.channel.isOpen());
    }

    @Test
    void whoComesAfterItWasClosedGetsAnother() {
        ReceivingSession session = sessions.use();
        sessions.close();
        sessions.release();
        assertNotSame(session, sessions.use());
    }
}
