/**
 * From what an operator has written to what the settings say: no letter of it is changed on the way, secrets come from files, and the URL of a broker
 * is taken apart. What does not fit is refused in one line when the settings are checked, not while they are read: that would be too early for one line.
 */
package org.mqttgateway.settings.source;
