package org.mqttgateway.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.webhook.post.Delivery;

/** What the broker sends again has the id that it had; two messages never have one id, however equal they are. */
class MessageIdsTest {

    private static final byte[] ON = "on".getBytes(StandardCharsets.UTF_8);
    private static final Clock NOW = Clock.systemUTC();

    @TempDir
    Path directory;

    @Test
    void equalMessagesHaveIdsOfTheirOwn() {
        MessageIds ids = MessageIds.inMemory(NOW);
        assertNotEquals(ids.of(first(1), ON), ids.of(first(1), ON));
    }

    @Test
    void whatIsSentAgainKeepsItsIdOverARestartToo() {
        Path file = directory.resolve("ids");
        MessageIds ids = MessageIds.inFile(file, NOW);
        String id = ids.of(first(65_535), ON);
        assertEquals(id, ids.of(again(65_535), ON));
        assertEquals(id, MessageIds.inFile(file, NOW).of(again(65_535), ON));
        assertNotEquals(id, MessageIds.inMemory(NOW).of(again(65_535), ON));
    }

    @Test
    void otherContentUnderThePacketIdentifierIsAnotherMessage() {
        MessageIds ids = MessageIds.inMemory(NOW);
        String id = ids.of(first(1), ON);
        assertNotEquals(id, ids.of(again(1), "off".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatWasAcknowledgedIsRememberedForAMinute() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Path file = directory.resolve("ids");
        MessageIds ids = MessageIds.inFile(file, Clock.fixed(start, ZoneOffset.UTC));
        String id = ids.of(first(1), ON);
        ids.acknowledged(new Delivery(id, new Delivery.Taken(Message.of(ON), 2), first(1), start));
        assertEquals(id, at(file, start.plusSeconds(60)).of(again(1), ON));
        assertNotEquals(id, at(file, start.plus(Duration.ofSeconds(61))).of(again(1), ON));
    }

    /** Otherwise it would be remembered for an hour and a minute, and another message could be taken for it. */
    @Test
    void aClockThatIsSetBackForgets() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Path file = directory.resolve("ids");
        MessageIds ids = MessageIds.inFile(file, Clock.fixed(start, ZoneOffset.UTC));
        String id = ids.of(first(1), ON);
        ids.acknowledged(new Delivery(id, new Delivery.Taken(Message.of(ON), 2), first(1), start));
        assertNotEquals(id, at(file, start.minus(Duration.ofHours(1))).of(again(1), ON));
    }

    private static MessageIds at(Path file, Instant time) {
        return MessageIds.inFile(file, Clock.fixed(time, ZoneOffset.UTC));
    }

    private static ReceivingMqttMessageMetadata first(int packetId) {
        return metadata(packetId, false);
    }

    private static ReceivingMqttMessageMetadata again(int packetId) {
        return metadata(packetId, true);
    }

    private static ReceivingMqttMessageMetadata metadata(int packetId, boolean dup) {
        return new ReceivingMqttMessageMetadata(
                io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(MqttPublishMessage.create(
                        packetId, MqttQoS.AT_LEAST_ONCE, dup, false, "t", Unpooled.wrappedBuffer(ON))));
    }
}
