/** {@code GET /messages}, the live feed: listeners get what the consumer receives, or what a topic filter of their own matches. */
package org.mqttgateway.feed;
