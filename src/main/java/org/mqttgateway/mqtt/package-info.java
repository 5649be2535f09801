/**
 * The face of the MQTT client: a session that publishes and one that receives. The rooms below it have the parts, the higher of which know the
 * lower ones only: {@code send} and {@code receive}, {@code session}, {@code transport}, {@code packet}, {@code topic}. All of them know Vert.x
 * and Netty's MQTT codec; nothing of SmallRye, CDI, HTTP or the settings.
 */
package org.mqttgateway.mqtt;
