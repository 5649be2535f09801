/** What rooms on every floor need: text for the log, event loops, the state of a connection, and what is held. Knows no other room. */
package org.mqttgateway.base;
