/**
 * From bytes to packets: what a client receives, by the letter of the standard. A packet that breaks it ends the connection with a
 * {@link org.mqttgateway.mqtt.decode.PacketException}. What is tolerated all the same, on purpose, stands with its reasons in {@code conformance.md}.
 */
package org.mqttgateway.mqtt.decode;
