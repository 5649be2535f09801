/**
 * What all resources and routes share: problems and their return codes, limits on request bodies and connections, authentication and
 * permissions, received messages as JSON. Of MQTT it knows only topics and messages.
 */
package org.mqttgateway.http;
