/** The in-process broker of dev mode and tests; nothing of it is in the packaged application. */
package org.mqttgateway.dev;
