/** What both HTTP sides share: problems and their return codes, limits on request bodies, authentication. Knows nothing of MQTT but the settings. */
package org.mqttgateway.http;
