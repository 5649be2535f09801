/** Reads bodies of requests: what a head says of its body, limits of size and time, and the bytes of it. */
package org.mqttgateway.http.body;
