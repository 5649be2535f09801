/** How much of it one caller gets: his rate, and his share of what is limited for all. */
package org.mqttgateway.http.share;
