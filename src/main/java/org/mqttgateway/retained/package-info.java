/** {@code /retained}: reads and clears what the broker retains. To clear it is a publish, so this package uses {@code publish}. */
package org.mqttgateway.retained;
