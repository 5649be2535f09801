/**
 * A session with the broker (section 4.1) without its purpose: it connects, chooses the version, waits before it connects again, and says what a
 * loss means. Whoever has a purpose for it is a {@link org.mqttgateway.mqtt.session.SessionHandler}.
 */
package org.mqttgateway.mqtt.session;
