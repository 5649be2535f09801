package org.mqttgateway.webhook;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import org.mqttgateway.mqtt.LogText;

/**
 * The webhook-id of each message. MQTT gives messages no identity, only a packet identifier that is used again once the message is
 * acknowledged (MQTT 5 section 2.2.1). So a message that comes for the first time gets a new id, kept in the slot of its packet identifier; one
 * that the broker marks as sent again (DUP, section 3.3.1.1) gets the id of that slot if it has the same content. Slots live in memory, or in a file
 * that a killed process leaves behind complete. An id is never derived from the content: two equal messages are two messages.
 * Not thread-safe.
 */
final class MessageIds {

    /** A PUBACK may have been lost, but not long ago; later the same packet identifier and content are another message. */
    static final long REMEMBERED_SECONDS = 60;

    private static final int CONTENT = 0;
    private static final int ID = 8;
    private static final int ACKNOWLEDGED_AT = 24;
    private static final int SLOT = 32;
    private static final int SIZE = SLOT * 65_536;

    private final ByteBuffer slots;
    private final Clock clock;
    private final long process = new SecureRandom().nextLong();
    private long count;
    private final MessageDigest digest;

    private MessageIds(ByteBuffer slots, Clock clock) {
        this.slots = slots.order(ByteOrder.BIG_ENDIAN);
        this.clock = clock;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static MessageIds inMemory(Clock clock) {
        return new MessageIds(ByteBuffer.allocate(SIZE), clock);
    }

    /** @throws ConfigurationException if the file cannot be used */
    static MessageIds inFile(Path file, Clock clock) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new MessageIds(channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE), clock);
        } catch (IOException e) {
            throw new ConfigurationException("mqtt.webhook.ids-file=" + LogText.escape(file.toString())
                    + " cannot be read and written: " + LogText.escape(String.valueOf(e.getMessage())));
        }
    }

    /** The id of a message that has just arrived. */
    String of(ReceivingMqttMessageMetadata metadata, byte[] payload) {
        if (metadata.getQosLevel() == MqttQoS.AT_MOST_ONCE) {
            return text(newId());
        }
        int slot = slot(metadata);
        long content = content(metadata, payload);
        if (metadata.isDuplicate() && slots.getLong(slot + CONTENT) == content && isRemembered(slot)) {
            byte[] id = new byte[16];
            slots.get(slot + ID, id);
            return text(id);
        }
        byte[] id = newId();
        slots.putLong(slot + CONTENT, content);
        slots.put(slot + ID, id);
        slots.putLong(slot + ACKNOWLEDGED_AT, 0);
        return text(id);
    }

    /** The acknowledgement leaves now, as far as the webhook is concerned. */
    void acknowledged(Delivery delivery) {
        if (delivery.metadata().getQosLevel() != MqttQoS.AT_MOST_ONCE) {
            slots.putLong(
                    slot(delivery.metadata()) + ACKNOWLEDGED_AT, clock.instant().getEpochSecond());
        }
    }

    private boolean isRemembered(int slot) {
        long acknowledged = slots.getLong(slot + ACKNOWLEDGED_AT);
        return acknowledged == 0 || clock.instant().getEpochSecond() - acknowledged <= REMEMBERED_SECONDS;
    }

    private static int slot(ReceivingMqttMessageMetadata metadata) {
        return (metadata.getMessageId() & 0xffff) * SLOT;
    }

    /** Random for this process, and counted in it. */
    private byte[] newId() {
        return ByteBuffer.allocate(16).putLong(process).putLong(++count).array();
    }

    private long content(ReceivingMqttMessageMetadata metadata, byte[] payload) {
        digest.update(metadata.getTopic().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        // Never zero, which is what an unused slot has.
        return ByteBuffer.wrap(digest.digest(payload)).getLong() | 1;
    }

    private static String text(byte[] id) {
        return "msg_" + Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }
}
