/**
 * What an operator may set: one mapping, its converters and its checks. Knows the rules of topics in {@code mqtt}, and no other package.
 */
package org.mqttgateway.settings;
