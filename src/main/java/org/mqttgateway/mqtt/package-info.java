/** The MQTT client and the rules of topics. Knows Vert.x and Netty's MQTT codec; nothing of SmallRye, CDI, HTTP or the settings. */
package org.mqttgateway.mqtt;
