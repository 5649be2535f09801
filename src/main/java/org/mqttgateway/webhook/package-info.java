/**
 * From MQTT to a service of the operator: each message of the channel {@code webhook} is posted, in order for each topic, until the service
 * has taken it, and only then acknowledged to the broker. {@link org.mqttgateway.webhook.Deliveries} has the order,
 * {@link org.mqttgateway.webhook.Exchange} one request, {@link org.mqttgateway.webhook.Answer} what an answer means.
 */
package org.mqttgateway.webhook;
