package org.mqttgateway.webhook.post;

/**
 * The body of an answer, for the sender of the message.
 *
 * @param body null if it is larger than a message may be
 * @param contentType the header of the answer; null if it has none
 */
public record Reply(byte[] body, String contentType) {}
