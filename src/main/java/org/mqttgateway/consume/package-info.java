/** The consumer of the channel {@code messages}: it logs each message and hands it to {@code feed}, which does not know this package. */
package org.mqttgateway.consume;
