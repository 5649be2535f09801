/** One connection to the broker (section 4.2): TCP, TLS or WebSocket, its packets, and Keep Alive. */
package org.mqttgateway.mqtt.transport;
