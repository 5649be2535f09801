/** Who calls and what he may: logins, users, tokens, permissions for topics, and pages of other sites. */
package org.mqttgateway.http.caller;
