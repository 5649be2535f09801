/**
 * What all resources and routes share: problems and their return codes, messages as JSON, and the end of a request. Of MQTT it knows only
 * messages. The rooms in it use it; it does not know them.
 */
package org.mqttgateway.http;
