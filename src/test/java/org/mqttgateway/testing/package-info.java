/** What the tests share: brokers, peers, and the packaged gateway as a process. */
package org.mqttgateway.testing;
