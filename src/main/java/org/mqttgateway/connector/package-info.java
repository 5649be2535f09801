/** The SmallRye connector {@code confirmed-mqtt}: channels on connections to the broker, their deadlines, capacity, health and metrics. Knows nothing of HTTP. */
package org.mqttgateway.connector;
