/** Compares passwords, and lets nobody guess them at the cost of others. */
package org.mqttgateway.http.password;
