/**
 * The SmallRye connector {@code confirmed-mqtt}: channels on sessions with the broker, with deadlines, capacity, health and metrics. Knows
 * nothing of HTTP.
 */
package org.mqttgateway.connector;
