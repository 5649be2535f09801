/**
 * {@code POST /request}: publishes a message and answers with the reply to it. {@code /retained}: reads and clears what the broker retains.
 * Both publish, so this package uses {@code publish}; the reverse is not permitted.
 */
package org.mqttgateway.request;
