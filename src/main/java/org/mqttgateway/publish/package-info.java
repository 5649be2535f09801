/**
 * {@code POST /publish}: a request becomes a message of the channel {@code publish}, and the broker's answer the HTTP answer. Knows channels
 * and messages, not the session with the broker.
 */
package org.mqttgateway.publish;
