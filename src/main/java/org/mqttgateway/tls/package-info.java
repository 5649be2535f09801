/** TLS as the operator sets it ({@code quarkus.tls.NAME.*}): the versions that are spoken by default, and what connections of the gateway use. */
package org.mqttgateway.tls;
