/** Requests that may be repeated: what a caller has sent with an Idempotency-Key is done once. */
package org.mqttgateway.http.repeat;
