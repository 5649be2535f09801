/**
 * What a client sends, as packets (section 3), and what is said about packets in both directions: reason codes, messages, and the limits that
 * both sides have named in CONNECT and CONNACK.
 */
package org.mqttgateway.mqtt.packet;
