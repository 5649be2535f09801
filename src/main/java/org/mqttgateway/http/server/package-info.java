/** The HTTP servers themselves: their listening sockets, their start and stop, the channel of a request, and the management port. */
package org.mqttgateway.http.server;
