/** Reads what is to be published from the bytes and headers of a request: JSON and raw bodies, options and properties, and says what is wrong. */
package org.mqttgateway.publish.parse;
