/** Outgoing messages: the window that all sessions share, what is in flight, the flows of QoS 0 to 2 (section 4.3), and the search for the culprit. */
package org.mqttgateway.mqtt.send;
