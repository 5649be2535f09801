/** {@code GET /status}: which connections to the broker stand, for the page. */
package org.mqttgateway.status;
