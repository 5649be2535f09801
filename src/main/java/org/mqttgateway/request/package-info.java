/**
 * {@code POST /request}: publishes a message and answers with the reply to it. A request is a publish, so this package uses {@code publish};
 * the reverse is not permitted.
 */
package org.mqttgateway.request;
