package org.mqttgateway.mqtt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.testing.EmbeddedNetwork;

/** When less is offered than was, and when the first offer is made again. */
class OfferTest {

    private static final MqttConnectReturnCode OTHER_VERSION =
            MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION;
    private static final MqttConnectReturnCode BUSY = MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5;

    private final Broker broker = EmbeddedNetwork.broker();
    private final Offer offer = new Offer(List.of(MQTT_5, MQTT_3), broker);

    @Test
    void aRefusalLeavesTheOther() {
        assertEquals("MQTT 5", offer.words());
        assertEquals("refuses MQTT 5 (CONNACK 132 (unsupported protocol version))", offer.refused(OTHER_VERSION));
        assertEquals("MQTT 3.1.1", offer.words());
        assertNull(offer.refused(OTHER_VERSION), "there is no third");
        assertEquals(MQTT_5, offer.version());
    }

    @Test
    void twoClosesInARowDoToo() {
        assertNull(offer.unanswered(Connecting.End.CLOSED));
        assertEquals("closes the connection on CONNECT with MQTT 5", offer.unanswered(Connecting.End.CLOSED));
        assertEquals(MQTT_3, offer.version());
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_SOCKET", "NO_WEBSOCKET", "SILENT", "BROKEN"})
    void theyDoNotIfAnythingElseHappenedBetween(Connecting.End between) {
        assertNull(offer.unanswered(Connecting.End.CLOSED));
        assertNull(offer.unanswered(between));
        assertNull(offer.unanswered(Connecting.End.CLOSED));
        assertEquals(MQTT_5, offer.version());
    }

    @Test
    void norIfTheBrokerHasAnsweredBetween() {
        offer.unanswered(Connecting.End.CLOSED);
        assertNull(offer.refused(BUSY));
        assertNull(offer.unanswered(Connecting.End.CLOSED));
        assertEquals(MQTT_5, offer.version());
    }

    /** Of any session of the process: all of them speak to the same broker. */
    @Test
    void norIfItHasEverAcceptedMqtt5() {
        Offer other = new Offer(List.of(MQTT_5, MQTT_3), broker);
        other.accepted();
        for (int i = 0; i < 4; i++) {
            assertNull(offer.unanswered(Connecting.End.CLOSED));
        }
        for (int i = 0; i < 4; i++) {
            assertNull(offer.unanswered(Connecting.End.SILENT));
        }
    }

    @Test
    void whatABrokerOfMqtt5SaysCountsAllTheSame() {
        offer.accepted();
        assertEquals("answers MQTT 5 in the form of MQTT 3.1.1", offer.unanswered(Connecting.End.OLD_FORM));
        offer.accepted();
        assertTrue(offer.refused(OTHER_VERSION).startsWith("refuses MQTT 5"));
    }

    @Test
    void threeSilencesInARowLeaveTheOther() {
        assertNull(offer.unanswered(Connecting.End.SILENT));
        assertNull(offer.unanswered(Connecting.End.SILENT));
        assertEquals("does not answer CONNECT with MQTT 5", offer.unanswered(Connecting.End.SILENT));
        assertEquals(MQTT_3, offer.version());
    }

    @Test
    void anOtherOneThatFailsProvesNothing() {
        offer.unanswered(Connecting.End.CLOSED);
        offer.unanswered(Connecting.End.CLOSED);
        assertNull(offer.unanswered(Connecting.End.CLOSED));
        assertEquals(MQTT_5, offer.version());
        assertNull(offer.unanswered(Connecting.End.CLOSED), "the one before was of MQTT 3.1.1");
    }

    @Test
    void theNextConnectionTriesTheFirstOfferAgain() {
        offer.unanswered(Connecting.End.CLOSED);
        offer.unanswered(Connecting.End.CLOSED);
        offer.accepted();
        assertEquals(MQTT_5, offer.version());
        assertNull(offer.unanswered(Connecting.End.CLOSED), "the broker may just be restarted");
        assertEquals("closes the connection on CONNECT with MQTT 5", offer.unanswered(Connecting.End.CLOSED));
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTION_REFUSED_IMPLEMENTATION_SPECIFIC", "CONNECTION_REFUSED_PACKET_TOO_LARGE"})
    void aMaximumThatIsRefusedIsLeftOutByAllSessions(MqttConnectReturnCode code) {
        assertTrue(offer.namesMaximum());
        assertTrue(offer.refused(code).startsWith("may refuse the Maximum Packet Size (CONNACK 1"));
        assertEquals("MQTT 5 without a Maximum Packet Size", offer.words());
        assertFalse(offer.namesMaximum());
        Offer other = new Offer(List.of(MQTT_5, MQTT_3), broker);
        assertTrue(other.namesMaximum());
        offer.accepted();
        assertFalse(offer.namesMaximum());
        assertFalse(other.namesMaximum());
        assertNull(offer.refused(code), "there is none to leave out");
    }

    @Test
    void aRefusalWithoutItToldOfSomethingElse() {
        offer.refused(MqttConnectReturnCode.CONNECTION_REFUSED_PACKET_TOO_LARGE);
        assertNull(offer.refused(MqttConnectReturnCode.CONNECTION_REFUSED_PACKET_TOO_LARGE));
        assertTrue(offer.namesMaximum());
    }
}
