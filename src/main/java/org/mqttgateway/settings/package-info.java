/** What an operator may set: one mapping, its converters and checks, and the log file. */
package org.mqttgateway.settings;
