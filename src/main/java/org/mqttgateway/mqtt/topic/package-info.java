/** The rules of topics (section 4.7): Topic Names, Topic Filters, and lists of filters that say what is allowed. */
package org.mqttgateway.mqtt.topic;
