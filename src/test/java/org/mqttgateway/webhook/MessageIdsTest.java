package org.mqttgateway.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.connector.message.ReceivedMessage;
import org.mqttgateway.mqtt.receive.Acknowledgement;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.receive.IncomingPublish.Arrival;
import org.mqttgateway.webhook.post.Delivery;

/** What the broker sends again has the id that it had; two messages never have one id, however equal they are. */
class MessageIdsTest {

    private static final byte[] ON = "on".getBytes(StandardCharsets.UTF_8);
    private static final Clock NOW = Clock.systemUTC();

    private final List<String> warnings = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void equalMessagesHaveIdsOfTheirOwn() {
        MessageIds ids = MessageIds.inMemory(NOW);
        assertNotEquals(ids.of(first(1), ON), ids.of(first(1), ON));
    }

    @Test
    void whatIsSentAgainKeepsItsIdOverARestartToo() {
        MessageIds ids = inFile(NOW);
        String id = ids.of(first(65_535), ON);
        assertEquals(id, ids.of(again(65_535), ON));
        assertEquals(id, inFile(NOW).of(again(65_535), ON));
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
        MessageIds ids = inFile(Clock.fixed(start, ZoneOffset.UTC));
        String id = ids.of(first(1), ON);
        ids.acknowledged(new Delivery(id, new Delivery.Taken(Message.of(ON), 2), first(1), start));
        assertEquals(id, at(start.plusSeconds(60)).of(again(1), ON));
        assertNotEquals(id, at(start.plus(Duration.ofSeconds(61))).of(again(1), ON));
    }

    /** Otherwise it would be remembered for an hour and a minute, and another message could be taken for it. */
    @Test
    void aClockThatIsSetBackForgets() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        MessageIds ids = inFile(Clock.fixed(start, ZoneOffset.UTC));
        String id = ids.of(first(1), ON);
        ids.acknowledged(new Delivery(id, new Delivery.Taken(Message.of(ON), 2), first(1), start));
        assertNotEquals(id, at(start.minus(Duration.ofHours(1))).of(again(1), ON));
    }

    /** Not every broker says DUP for what it had sent on an earlier connection. */
    @Test
    void whatComesInAResumedSessionKeepsItsIdUntilItIsAcknowledged() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        MessageIds ids = inFile(Clock.fixed(start, ZoneOffset.UTC));
        String id = ids.of(first(1), ON);
        assertEquals(id, ids.of(metadata(1, Arrival.IN_RESUMED_SESSION), ON));
        assertEquals(id, at(start).of(metadata(1, Arrival.IN_RESUMED_SESSION), ON), "after a restart too");
        ids.acknowledged(new Delivery(id, new Delivery.Taken(Message.of(ON), 2), first(1), start));
        assertNotEquals(id, ids.of(metadata(1, Arrival.IN_RESUMED_SESSION), ON));
    }

    /** Somebody cuts the file short; a disk that is full has the same effect where the file is not all on it. */
    @Test
    void withoutItsFileItGoesOnInMemory() throws IOException {
        MessageIds ids = inFile(NOW);
        ids.of(first(1), ON);
        assertFalse(ids.isFileLost());
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        String id = ids.of(first(2), ON);
        assertEquals(id, ids.of(again(2), ON));
        assertTrue(ids.isFileLost());
        assertEquals(1, warnings.size(), warnings.toString());
    }

    @Test
    void onAFullDiskItBeginsInMemory() {
        MessageIds ids = MessageIds.inFile(Path.of("/dev/full"), NOW, warnings::add);
        assertEquals(ids.of(first(1), ON), ids.of(again(1), ON));
        assertTrue(ids.isFileLost());
        assertEquals(1, warnings.size(), warnings.toString());
    }

    private Path file() {
        return directory.resolve("ids");
    }

    private MessageIds inFile(Clock clock) {
        return MessageIds.inFile(file(), clock, warnings::add);
    }

    private MessageIds at(Instant time) {
        return inFile(Clock.fixed(time, ZoneOffset.UTC));
    }

    private static ReceivingMqttMessageMetadata first(int packetId) {
        return metadata(packetId, Arrival.FIRST);
    }

    private static ReceivingMqttMessageMetadata again(int packetId) {
        return metadata(packetId, Arrival.AGAIN);
    }

    private static ReceivingMqttMessageMetadata metadata(int packetId, Arrival arrival) {
        IncomingPublish publish = new IncomingPublish(
                (message, state) -> {},
                "t",
                ON,
                MqttQoS.AT_LEAST_ONCE,
                false,
                arrival,
                new Acknowledgement(MqttQoS.AT_LEAST_ONCE, packetId, 0),
                MqttProperties.NO_PROPERTIES,
                0);
        return new ReceivingMqttMessageMetadata(
                io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(new ReceivedMessage(publish)));
    }
}
