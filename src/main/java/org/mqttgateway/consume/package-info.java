/** The receiving side: the consumer of the channel {@code messages} and its log. It hands each message to the feed, which knows nothing of it. */
package org.mqttgateway.consume;
