/**
 * Bytes to packets and back (sections 2 and 3): what a client sends, what goes on to the decoder, reason codes, and the limits that both sides
 * have named in CONNECT and CONNACK.
 */
package org.mqttgateway.mqtt.packet;
