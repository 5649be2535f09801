package org.mqttgateway.base;

/**
 * What readiness reports about a connection or a subscription.
 *
 * @param ok whether it is connected or subscribed
 * @param text one sentence for an operator, with what is wrong if something is
 */
public record Status(boolean ok, String text) {}
