/** Subscriptions (sections 3.8 to 3.11): what is wanted, asked for, granted and refused, and which one is the cause when the broker closes the connection. */
package org.mqttgateway.mqtt.subscribe;
