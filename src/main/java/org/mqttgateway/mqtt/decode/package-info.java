/**
 * From bytes to packets: what a client receives, by the letter of the standard. A packet that breaks it ends the connection with a
 * {@link org.mqttgateway.mqtt.decode.PacketException}. Tolerated all the same is, on purpose and for these reasons:
 *
 * <ul>
 *   <li>A PUBLISH that is larger than what the broker was told as Maximum Packet Size (section 3.1.2.11.4) is skipped and acknowledged: MQTT
 *       3.1.1 knows no such limit, and a broker that ignores it would send the message again on every connection, before all others.
 *   <li>A Topic Name that is empty or has a wildcard (sections 4.7.1 and 4.7.3): the message is skipped and acknowledged. Brokers that also
 *       speak other protocols make such names (RabbitMQ has {@code *} in a routing key of AMQP for {@code +}), and one message of any sender
 *       would otherwise end every connection.
 *   <li>With MQTT 5, a Topic Name or a text in the properties of a message that has U+0000 or is not UTF-8 (1.5.4-1, 1.5.4-2): the message is
 *       skipped and acknowledged. EMQX before 6.3 passes them on as a sender made them, unless it is told to be strict. MQTT 5 says that the client
 *       should close the connection (section 4.13.1); of MQTT 3.1.1 (1.5.3-1, 1.5.3-2) it must, and does.
 *   <li>A Response Topic that is empty or has a wildcard (3.3.2-14), a Payload Format Indicator above 1 (3.3.2.3.2), and a payload that is not
 *       the UTF-8 which it promises: Mosquitto 2.0 passes the first two on as a sender made them, and none of them changes how the packet is
 *       read. Whoever uses the value checks it.
 *   <li>Maximum QoS 2 in CONNACK (3.2.2.3.4): EMQX, RMQTT, FlashMQ and others have sent it where they should send nothing, and it means the
 *       same.
 *   <li>Response Information, Authentication Method and Authentication Data in CONNACK though nobody asked for them (3.1.2-28, 4.12.0-6), a
 *       Subscription Identifier in PUBLISH though no subscription has one, and a Session Expiry Interval in DISCONNECT (3.14.2-2): nothing
 *       depends on them.
 *   <li>An UNSUBACK of MQTT 5 without reason codes (section 3.11.3): they are not needed.
 *   <li>A reason code from 0x80 on that the standard does not list for the packet (2.4): it is a failure all the same, of one message or one
 *       subscription, and must not become one of all others on the connection. Only CONNACK, which speaks of the connection, must have a code
 *       that is listed.
 * </ul>
 */
package org.mqttgateway.mqtt.decode;
