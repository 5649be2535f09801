/**
 * Posts the messages of the channel {@code webhook} to a service of the operator, those of one topic in order. Each message is sent until
 * the service has taken it; only then is it acknowledged to the broker. {@link org.mqttgateway.webhook.Deliveries} keeps the order, {@link
 * org.mqttgateway.webhook.Attempt} makes one request, {@link org.mqttgateway.webhook.Answer} says what its answer means.
 */
package org.mqttgateway.webhook;
