/** The receiving side: the consumer of the channel {@code messages} and what shows it to people. Knows channels and messages, not the MQTT client. */
package org.mqttgateway.consume;
