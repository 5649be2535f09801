/**
 * Posts the messages of the channel {@code webhook} to a service of the operator, those of one topic in order. Each message is sent until
 * the service has taken it; only then is it acknowledged to the broker. {@link org.mqttgateway.webhook.Deliveries} keeps the order, {@code post}
 * makes the requests, {@link org.mqttgateway.webhook.Verdicts} says what follows from an answer.
 */
package org.mqttgateway.webhook;
