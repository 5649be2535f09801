package org.mqttgateway.mqtt.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.Future;
import io.vertx.core.net.SSLOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.HostNames;

/** What sessions of one broker share. */
class BrokerTest {

    private static final HostNames NAMES = name -> Future.succeededFuture(List.of());

    @Test
    void afterItWasSilentToOneSessionTheOthersLook() {
        Broker broker = new Broker(NAMES);
        List<String> looks = new ArrayList<>();
        Runnable silent = () -> looks.add("the one that noticed");
        Runnable ended = () -> looks.add("one that has ended");
        broker.join(silent);
        broker.join(ended);
        broker.join(() -> looks.add("another"));
        broker.leave(ended);
        broker.wasSilent(silent);
        assertEquals(List.of("another"), looks);
    }

    /** Certificates are renewed while the process runs. */
    @Test
    void aConnectionUsesTheTlsOfNow() {
        SSLOptions renewed = new SSLOptions();
        List<SSLOptions> present = new ArrayList<>(List.of(new SSLOptions()));
        Broker broker = new Broker(NAMES, () -> present.get(0));
        present.set(0, renewed);
        assertSame(renewed, broker.tls());
        assertNull(new Broker(NAMES).tls());
    }
}
