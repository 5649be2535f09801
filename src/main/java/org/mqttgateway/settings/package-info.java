/**
 * What an operator may set: one mapping, its converters and its checks. Knows the rules of topics and the words for the log, and no other
 * package.
 */
package org.mqttgateway.settings;
