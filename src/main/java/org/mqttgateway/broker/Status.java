package org.mqttgateway.broker;

/**
 * What readiness says of a connection or a subscription.
 *
 * @param text one sentence for an operator, with what is wrong if something is
 */
record Status(boolean ok, String text) {}
