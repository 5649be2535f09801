/**
 * What keeps callers from taking the service from others: limits on connections, on requests under way, and on the memory that they hold, and
 * refusals before a request is read.
 */
package org.mqttgateway.http.limit;
