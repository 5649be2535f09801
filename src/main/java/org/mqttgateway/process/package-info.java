/** The process: its start, the line with which it ends when it cannot start, and its log. */
package org.mqttgateway.process;
