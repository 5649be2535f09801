package org.mqttgateway.webhook;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.function.Consumer;
import org.mqttgateway.base.LogText;
import org.mqttgateway.connector.message.ReceivedMessage;
import org.mqttgateway.mqtt.receive.IncomingPublish.Arrival;
import org.mqttgateway.webhook.post.Delivery;

/**
 * Makes the webhook-id of each message. MQTT messages have no identity, only a Packet Identifier that is used again once the message is
 * acknowledged (MQTT 5 section 2.2.1). So a new message gets a new id, which is kept in the slot of its Packet Identifier. A message that
 * the broker marks as sent again (DUP, section 3.3.1.1) gets the id of that slot, if its content is the same; so does one without that mark which comes after a reconnect, if that of the
 * slot is not acknowledged. The slots are in memory or in
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

    private static final int PAGE = 4_096;

    private final Clock clock;
    private final long process = new SecureRandom().nextLong();
    private long count;
    private final MessageDigest digest;

    /** Gets the line which says that the file cannot be used any more. */
    private final Consumer<String> warning;

    /** Null if the ids are in memory because nobody wants a file. */
    private final Path file;

    private ByteBuffer slots;
    private volatile boolean fileLost;

    private MessageIds(ByteBuffer slots, Path file, Clock clock, Consumer<String> warning) {
        this.slots = slots.order(ByteOrder.BIG_ENDIAN);
        this.file = file;
        this.clock = clock;
        this.warning = warning;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static MessageIds inMemory(Clock clock) {
        return new MessageIds(ByteBuffer.allocate(SIZE), null, clock, line -> {});
    }

    /**
     * Ids in a file. If the disk is full, now or later, or the file is cut short by somebody, they go on in memory.
     *
     * @param warning must not make the caller wait
     * @throws ConfigurationException if the file cannot be opened
     */
    static MessageIds inFile(Path file, Clock clock, Consumer<String> warning) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = map(channel);
            MessageIds ids = new MessageIds(mapped == null ? ByteBuffer.allocate(SIZE) : mapped, file, clock, warning);
            if (mapped == null) {
                ids.goOnInMemory();
            }
            return ids;
        } catch (IOException e) {
            throw new ConfigurationException("mqtt.webhook.ids-file=" + LogText.escape(file.toString())
                    + " cannot be read and written: " + LogText.escape(String.valueOf(e.getMessage())));
        }
    }

    /** The whole file, all of which is on the disk, so that a full disk cannot make a later write fail; null if the disk is full. */
    private static MappedByteBuffer map(FileChannel channel) throws IOException {
        try {
            for (long end = channel.size(); end < SIZE; end = channel.size()) {
                channel.write(ByteBuffer.allocate((int) Math.min(PAGE, SIZE - end)), end);
            }
        } catch (IOException full) {
            return null;
        }
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
    }

    private void goOnInMemory() {
        slots = ByteBuffer.allocate(SIZE).order(ByteOrder.BIG_ENDIAN);
        fileLost = true;
        warning.accept("The ids of messages cannot be kept in " + LogText.escape(file.toString())
                + " any more. They are kept in memory: a message that comes again after a restart has another id");
    }

    /** Whether the file cannot be used any more. May be called from any thread. */
    boolean isFileLost() {
        return fileLost;
    }

    /** The id of a message that has just arrived. */
    String of(ReceivingMqttMessageMetadata metadata, byte[] payload) {
        if (file != null && !fileLost && file.toFile().length() < SIZE) {
            // Asked before, because Java may report a page that is gone only after this method has returned.
            goOnInMemory();
        }
        try {
            return find(metadata, payload);
        } catch (InternalError e) {
            // Java's word for a page of the file that is not there any more.
            goOnInMemory();
            return find(metadata, payload);
        }
    }

    private String find(ReceivingMqttMessageMetadata metadata, byte[] payload) {
        if (metadata.getQosLevel() == MqttQoS.AT_MOST_ONCE) {
            return text(newId());
        }
        int slot = slot(metadata);
        long content = content(metadata, payload);
        if (slots.getLong(slot + CONTENT) == content && isSame(slot, ReceivedMessage.arrival(metadata))) {
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
            int slot = slot(delivery.metadata());
            try {
                slots.putLong(slot + ACKNOWLEDGED_AT, clock.instant().getEpochSecond());
            } catch (InternalError e) {
                goOnInMemory();
            }
        }
    }

    /** Whether a message is that of the slot, if it has the same content. */
    private boolean isSame(int slot, Arrival arrival) {
        long acknowledged = slots.getLong(slot + ACKNOWLEDGED_AT);
        return switch (arrival) {
            case FIRST -> false;
            case IN_RESUMED_SESSION -> acknowledged == 0;
            case AGAIN -> acknowledged == 0 || isRecent(acknowledged);
        };
    }

    private boolean isRecent(long acknowledged) {
        // A clock that was set back forgets it: one message too many is better than one that is taken for another.
        return Math.abs(clock.instant().getEpochSecond() - acknowledged) <= REMEMBERED_SECONDS;
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
