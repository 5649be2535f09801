/** What messages of the channels carry besides their payload. Whoever sends or consumes them needs this, and nothing of the connector. */
package org.mqttgateway.connector.message;
