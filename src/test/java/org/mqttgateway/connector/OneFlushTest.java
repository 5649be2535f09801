package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.ScriptedBroker;

/** What is published in one round of the event loop leaves with one system call, not with one for each packet. */
class OneFlushTest {

    private static final int MESSAGES = 100;

    @Test
    void publishesOfARoundLeaveTogether() {
        try (ScriptedBroker broker = new ScriptedBroker();
                OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            OutgoingHarness.acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            AtomicInteger flushes = new AtomicInteger();
            CompletableFuture<List<CompletableFuture<Void>>> sent = new CompletableFuture<>();
            gateway.onEventLoop(channel -> {
                if (channel.pipeline().get(MqttEncoder.class) != null) {
                    channel.pipeline().addFirst(new FlushCounter(flushes));
                }
                sent.complete(gateway.send(MESSAGES));
            });
            sent.orTimeout(20, TimeUnit.SECONDS).join().forEach(OutgoingHarness::acked);
            // One for the publishes, and one at the most for each read that brings confirmations.
            assertTrue(flushes.get() > 0 && flushes.get() < MESSAGES / 5, flushes + " flushes");
        }
    }

    /** The last handler before the socket. */
    private static final class FlushCounter extends ChannelOutboundHandlerAdapter {

        private final AtomicInteger flushes;

        FlushCounter(AtomicInteger flushes) {
            this.flushes = flushes;
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            flushes.incrementAndGet();
            context.flush();
        }
    }
}
