package org.mqttgateway.testing;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a {@link ScriptedBroker} answers to each packet. Untold it is a good broker; what a test tells it holds from then on, on connections that
 * are open too. A rule for publishes goes before the rules that were given earlier.
 */
public abstract class BrokerScript {

    /** A CONNACK's reason codes of MQTT 5 for the return codes of 3.1.1 (section 3.2.2.2 of MQTT 5, section 3.2.2.3 of 3.1.1). */
    private static final Map<MqttConnectReturnCode, MqttConnectReturnCode> OF_MQTT_5 = Map.of(
            MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
            MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION,
            MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
            MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5);

    private record Rule<T>(Predicate<T> which, Consumer<T> answer) {}

    private final Set<MqttVersion> versions;
    private final List<Rule<Received>> rules = new CopyOnWriteArrayList<>();
    private final Map<MqttPropertyType, MqttProperty<?>> connackProperties = new ConcurrentHashMap<>();

    private volatile VersionRefusal versionRefusal = VersionRefusal.RETURN_CODE_1;
    private volatile MqttConnectReturnCode refusal;
    private volatile String refusalReason;
    private volatile boolean sessionPresent;
    private volatile int granted = MqttQoS.EXACTLY_ONCE.value();

    private volatile Consumer<ScriptedConnection> connectAnswer = this::accept;
    private volatile Predicate<Received> confirms = publish -> true;
    private volatile Consumer<Packet> pubrelAnswer =
            pubrel -> pubrel.connection().pubcomp(pubrel.packetId(), 0, null);
    private volatile Consumer<Packet> pubrecAnswer =
            pubrec -> pubrec.connection().pubrel(pubrec.packetId());
    private volatile Consumer<Packet> pingAnswer = ping -> ping.connection().pingresp();
    private volatile Consumer<Subscribe> subscribeAnswer = this::grant;

    BrokerScript(Set<MqttVersion> versions) {
        this.versions = Set.copyOf(versions);
    }

    /** A client is connected: its CONNACK is about to be sent. */
    abstract void accepted(ScriptedConnection connection);

    // CONNECT

    /** How a version that this broker does not speak is refused; {@link VersionRefusal#RETURN_CODE_1} if not told. */
    public void refuseVersion(VersionRefusal how) {
        versionRefusal = how;
    }

    /** Refuses connections with this code; null accepts them again. A return code of MQTT 3.1.1 becomes its reason code for a client of MQTT 5. */
    public void refuse(MqttConnectReturnCode code) {
        refuse(code, null);
    }

    /** Refuses connections with this code and Reason String. */
    public void refuse(MqttConnectReturnCode code, String reasonString) {
        refusalReason = reasonString;
        refusal = code;
    }

    /** Says in CONNACK that it kept the session, to clients that did not ask for a new one. */
    public void keepSession() {
        sessionPresent = true;
    }

    /** Says in CONNACK that it has no session. */
    public void loseSession() {
        sessionPresent = false;
    }

    /** Puts a property into each CONNACK for a client of MQTT 5: {@code connack(RECEIVE_MAXIMUM, 2)}. There is none if not told. */
    public void connack(MqttPropertyType type, int value) {
        connackProperties.put(type, new IntegerProperty(type.value(), value));
    }

    /** Puts a property into each CONNACK for a client of MQTT 5: {@code connack(ASSIGNED_CLIENT_IDENTIFIER, "a")}. */
    public void connack(MqttPropertyType type, String value) {
        connackProperties.put(type, new StringProperty(type.value(), value));
    }

    /** Leaves this property out of CONNACK again. */
    public void connackWithout(MqttPropertyType type) {
        connackProperties.remove(type);
    }

    /** Leaves a CONNECT without an answer. */
    public void withholdConnack() {
        connectAnswer = connection -> {};
    }

    /** Does this at a CONNECT of a version that the broker speaks; {@link #accept} is what it does if not told. */
    public void onConnect(Consumer<ScriptedConnection> answer) {
        connectAnswer = answer;
    }

    /** Answers a CONNECT by what this broker was told: refuses it, or accepts it. */
    public void accept(ScriptedConnection connection) {
        MqttConnectReturnCode code = refusal;
        if (code != null) {
            connection.connack(
                    connection.isMqtt5() ? OF_MQTT_5.getOrDefault(code, code) : code,
                    false,
                    ScriptedConnection.reason(refusalReason));
            connection.close();
            return;
        }
        MqttProperties properties = new MqttProperties();
        connackProperties.values().forEach(properties::add);
        accepted(connection);
        connection.connack(
                MqttConnectReturnCode.CONNECTION_ACCEPTED, sessionPresent && !connection.isCleanSession(), properties);
    }

    final void connect(ScriptedConnection connection) {
        if (versions.contains(connection.version())) {
            connectAnswer.accept(connection);
        } else {
            versionRefusal.answer(connection);
        }
    }

    // PUBLISH

    /** From now on answers only those publishes. */
    public void confirmOnly(Predicate<Received> which) {
        confirms = which;
    }

    /** Does this with those publishes, in place of an answer. */
    public void on(Predicate<Received> which, Consumer<Received> answer) {
        rules.add(0, new Rule<>(which, answer));
    }

    /** Refuses those publishes: in the PUBACK for QoS 1, in the PUBREC for QoS 2; {@code reasonString} may be null. */
    public void refuse(Predicate<Received> which, int reasonCode, String reasonString) {
        on(which, publish -> publish.refuse(reasonCode, reasonString));
    }

    /** Confirms those publishes twice. */
    public void confirmTwice(Predicate<Received> which) {
        on(which, publish -> {
            publish.confirm();
            publish.confirm();
        });
    }

    /** Answers PUBACK to those publishes, whatever their QoS. */
    public void answerPuback(Predicate<Received> which) {
        on(which, publish -> publish.connection().puback(publish.packetId(), 0, null));
    }

    /** Closes the connection on those publishes. */
    public void closeOn(Predicate<Received> which) {
        on(which, publish -> publish.connection().close());
    }

    /** Ends the connection on those publishes, with DISCONNECT where it is MQTT 5; {@code reasonString} may be null. */
    public void disconnectOn(Predicate<Received> which, int reasonCode, String reasonString) {
        on(which, publish -> publish.connection().disconnect(reasonCode, reasonString));
    }

    /** Forgets every rule for publishes, and confirms all. */
    public void behave() {
        rules.clear();
        confirms = publish -> true;
    }

    final void publish(Received publish) {
        for (Rule<Received> rule : rules) {
            if (rule.which().test(publish)) {
                rule.answer().accept(publish);
                return;
            }
        }
        if (confirms.test(publish)) {
            publish.confirm();
        }
    }

    // The rest of QoS 2, and PINGREQ

    /** Does this at a PUBREL of the client; if not told, PUBCOMP. */
    public void onPubrel(Consumer<Packet> answer) {
        pubrelAnswer = answer;
    }

    /** Answers PUBREL with a PUBCOMP that has this code; {@code reasonString} may be null. */
    public void refusePubrel(int reasonCode, String reasonString) {
        onPubrel(pubrel -> pubrel.connection().pubcomp(pubrel.packetId(), reasonCode, reasonString));
    }

    /** Does this at a PUBREC of the client; if not told, PUBREL. */
    public void onPubrec(Consumer<Packet> answer) {
        pubrecAnswer = answer;
    }

    /** Leaves PINGREQ without an answer. */
    public void ignorePings() {
        pingAnswer = ping -> {};
    }

    /** Answers PINGREQ again. */
    public void answerPings() {
        pingAnswer = ping -> ping.connection().pingresp();
    }

    final void pubrel(Packet pubrel) {
        pubrelAnswer.accept(pubrel);
    }

    final void pubrec(Packet pubrec) {
        // A PUBREC that refuses the message ends its flow (section 4.3.3).
        if (pubrec.reasonCode() < 0x80) {
            pubrecAnswer.accept(pubrec);
        }
    }

    final void ping(Packet ping) {
        pingAnswer.accept(ping);
    }

    // SUBSCRIBE and UNSUBSCRIBE

    /** Grants subscriptions this QoS at the most; {@link MqttQoS#FAILURE} is SUBACK 0x80. */
    public void grant(MqttQoS qos) {
        refuseSubscriptions(qos.value());
    }

    /** Refuses every filter with this code, which is 0x80 for clients of MQTT 3.1.1. */
    public void refuseSubscriptions(int reasonCode) {
        granted = reasonCode;
        subscribeAnswer = this::grant;
    }

    /** Leaves SUBSCRIBE without an answer. */
    public void withholdSuback() {
        onSubscribe(subscribe -> {});
    }

    /** Closes the connection on a SUBSCRIBE that has such a filter. */
    public void closeOnSubscribe(Predicate<String> filter) {
        onSubscribe(subscribe -> {
            if (subscribe.filters().stream().anyMatch(filter)) {
                subscribe.connection().close();
            } else {
                grant(subscribe);
            }
        });
    }

    /** Does this at a SUBSCRIBE; {@link #grant(Subscribe)} is what the broker does if not told. */
    public void onSubscribe(Consumer<Subscribe> answer) {
        subscribeAnswer = answer;
    }

    /** Answers a SUBSCRIBE by what this broker was told to grant, now or later. */
    public void grant(Subscribe subscribe) {
        int most = granted;
        List<Integer> codes = subscribe.subscriptions().stream()
                .map(asked -> most >= 0x80
                        ? most
                        : Math.min(most, asked.option().qos().value()))
                .toList();
        subscribe.connection().suback(subscribe.packetId(), codes);
    }

    final void subscribe(Subscribe subscribe) {
        subscribeAnswer.accept(subscribe);
    }

    final void unsubscribe(ScriptedConnection connection, MqttUnsubscribeMessage message) {
        connection.unsuback(
                message.variableHeader().messageId(), message.payload().topics().size());
    }
}
