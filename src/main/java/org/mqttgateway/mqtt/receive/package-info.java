/** Incoming messages: the flows of QoS 0 to 2 (section 4.3), acknowledgements in order, and what may wait for a consumer. */
package org.mqttgateway.mqtt.receive;
