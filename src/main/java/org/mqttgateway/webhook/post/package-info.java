/**
 * One message as one request to the service: {@link org.mqttgateway.webhook.post.Attempt} makes it, {@link org.mqttgateway.webhook.post.Answer}
 * says what its answer means.
 */
package org.mqttgateway.webhook.post;
