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
import org.mqttgateway.base.LogText;
import org.mqttgateway.webhook.post.Delivery;

/**
 * Makes the webhook-id of each message. MQTT messages have no identity, only a Packet Identifier that is used again once the message is
 * acknowledged (MQTT 5 section 2.2.1). So a new message gets a new id, which is kept in the slot of its Packet Identifier. A message that
 * the broker marks as sent again (DUP, section 3.3.1.1) gets the id of that slot, if its content is the same. The slots are in memory or in
 * a file, which stays complete even if the process is killed. An id is never derived from the content, because two equal messages are two
 * messages. Not thread-safe.
 */
final class MessageIds {

    /**
     * For this time after its acknowledgement, a message that comes again is taken for the same one, because the acknowledgement may have
     * been lost. Later, the same Packet Identifier and content belong to another message.
     */
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

    /** The webhook has acked the message, and all earlier ones. */
    void acknowledged(Delivery delivery) {
        if (delivery.metadata().getQosLevel() != MqttQoS.AT_MOST_ONCE) {
            slots.putLong(
                    slot(delivery.metadata()) + ACKNOWLEDGED_AT, clock.instant().getEpochSecond());
        }
    }

    private boolean isRemembered(int slot) {
        long acknowledged = slots.getLong(slot + ACKNOWLEDGED_AT);
        // A clock that was set back forgets it: one message too many is better than one that is taken for another.
        return acknowledged == 0 || Math.abs(clock.instant().getEpochSecond() - acknowledged) <= REMEMBERED_SECONDS;
    }

    private static int slot(ReceivingMqttMessageMetadata metadata) {
        return (metadata.getMessageId() & 0xffff) * SLOT;
    }

    /** A random number of this process, followed by a counter. */
    private byte[] newId() {
        return ByteBuffer.allocate(16).putLong(process).putLong(++count).array();
    }

    private long content(ReceivingMqttMessageMetadata metadata, byte[] payload) {
        digest.update(metadata.getTopic().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        // The last bit is set, so that the result differs from the zero of an unused slot.
        return ByteBuffer.wrap(digest.digest(payload)).getLong() | 1;
    }

    private static String text(byte[] id) {
        return "msg_" + Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }
}
