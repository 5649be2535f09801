/** {@code GET /messages}: what the consumer receives, or what a topic filter matches, for those who listen. */
package org.mqttgateway.feed;
