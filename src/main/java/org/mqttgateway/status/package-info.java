/** {@code GET /status}: which connections to the broker are up, for the page. */
package org.mqttgateway.status;
