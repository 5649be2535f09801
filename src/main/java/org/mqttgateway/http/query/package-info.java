/** Reads the query of a request, strictly: a parameter is the one that was meant, or it is named in the answer. */
package org.mqttgateway.http.query;
