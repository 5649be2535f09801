/** The HTTP side of sending: resource, request and result types, validation, problems. Knows channels and messages, not the MQTT client. */
package org.mqttgateway.publish;
