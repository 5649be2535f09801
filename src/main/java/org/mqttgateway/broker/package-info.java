/** Everything that speaks MQTT: the SmallRye connector, its connections, the settings and the rules of topics. Knows nothing of HTTP. */
package org.mqttgateway.broker;
