package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.mqtt.packet.ConnectReturnCode;
import org.mqttgateway.mqtt.packet.ReasonCode;

/**
 * What the next CONNECT offers the broker: the preferred version and a Maximum Packet Size, or less if the broker will not have it. A broker
 * that is restarted, or a proxy before it, closes connections too, and one that is overloaded is silent. So that says something of the
 * version only if nothing else happened between, and never of a broker that has accepted MQTT 5 before.
 */
public final class Offer {

    private static final int CLOSES = 2;
    private static final int SILENCES = 3;

    private final List<MqttVersion> versions;
    private final Broker broker;
    private int chosen;
    private boolean withoutMaximum;
    private boolean guess;
    private Connecting.End last;
    private int inARow;

    /** @param versions the preferred one first */
    Offer(List<MqttVersion> versions, Broker broker) {
        this.versions = versions;
        this.broker = broker;
    }

    /** {@code "MQTT 5"} or {@code "MQTT 3.1.1"}. */
    public static String name(MqttVersion version) {
        return version == MqttVersion.MQTT_5 ? "MQTT 5" : "MQTT 3.1.1";
    }

    /** What is offered, in words. */
    String words() {
        return name(version()) + (withoutMaximum ? " without a Maximum Packet Size" : "");
    }

    MqttVersion version() {
        return versions.get(chosen);
    }

    /** Whether CONNECT names the largest packet that is received (MQTT 5, section 3.1.2.11.4). */
    boolean namesMaximum() {
        return !withoutMaximum && !broker.refusesMaximum();
    }

    /** Whether less is offered though the broker has not said that it will not have more. */
    boolean isGuess() {
        return guess;
    }

    /**
     * The broker has refused the offer in CONNACK. Returns what it refuses, in words, if there is something else to offer at once; otherwise
     * null, and the next offer is the first one again.
     */
    String refused(MqttConnectReturnCode code) {
        forget();
        String offered = name(version());
        String answer = " (CONNACK " + ConnectReturnCode.describe(code) + ")";
        if (ConnectReturnCode.isUnsupportedVersion(code) && moveOn()) {
            return "refuses " + offered + answer;
        }
        if (mayBeForTheMaximum(code) && version() == MqttVersion.MQTT_5 && namesMaximum()) {
            withoutMaximum = true;
            return "may refuse the Maximum Packet Size" + answer;
        }
        return giveUp();
    }

    private static boolean mayBeForTheMaximum(MqttConnectReturnCode code) {
        int number = Byte.toUnsignedInt(code.byteValue());
        return number == ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR || number == ReasonCode.PACKET_TOO_LARGE;
    }

    /** The attempt has ended without an answer to the offer. Returns the same as {@link #refused}. */
    String unanswered(Connecting.End end) {
        inARow = end == last ? inARow + 1 : 1;
        last = end;
        String offered = name(version());
        boolean enough =
                switch (end) {
                    case OLD_FORM -> true;
                    case CLOSED -> inARow >= CLOSES && !broker.hasAcceptedMqtt5();
                    case SILENT -> inARow >= SILENCES && !broker.hasAcceptedMqtt5();
                    default -> false;
                };
        if (!enough || !moveOn()) {
            return giveUp();
        }
        guess = end != Connecting.End.OLD_FORM;
        return switch (end) {
            case OLD_FORM -> "answers " + offered + " in the form of MQTT 3.1.1";
            case CLOSED -> "closes the connection on CONNECT with " + offered;
            default -> "does not answer CONNECT with " + offered;
        };
    }

    private boolean moveOn() {
        if (chosen + 1 == versions.size()) {
            return false;
        }
        chosen++;
        return true;
    }

    private String giveUp() {
        if (chosen > 0) {
            // What happened to another offer says nothing of the first one.
            forget();
        }
        chosen = 0;
        guess = false;
        withoutMaximum = false;
        return null;
    }

    /** The broker has accepted the offer. The next connection tries the preferred version again: the broker may have been upgraded. */
    void accepted() {
        broker.accepted(version(), withoutMaximum);
        giveUp();
    }

    private void forget() {
        last = null;
        inARow = 0;
    }
}
