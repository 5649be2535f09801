/**
 * {@code POST /publish}: from an HTTP request to a message of the channel {@code publish}, and from the broker's answer to the HTTP answer.
 * Knows channels and messages, not the session with the broker.
 */
package org.mqttgateway.publish;
