/** {@code POST /request}: a publish and the answer to it; {@code /retained}: what the broker retains. A request is a publish, so it stands on {@code publish}. */
package org.mqttgateway.request;
