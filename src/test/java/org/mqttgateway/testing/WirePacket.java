package org.mqttgateway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The bytes of one packet, read to the letter of chapters 1 and 2 of the standard, and without Netty's decoder, which overlooks more. Its
 * fields are read in their order, and each that breaks the standard fails the test.
 */
public final class WirePacket {

    private static final int MAX_VARIABLE = 4;

    private final ByteBuffer bytes;
    private final int first;

    /** A packet with its fixed header, whose Remaining Length is checked. */
    public WirePacket(byte[] packet) {
        bytes = ByteBuffer.wrap(packet);
        first = oneByte();
        assertEquals(variable(), left(), () -> "Remaining Length of " + this);
    }

    /** The type of the packet (section 2.1.2). */
    public int type() {
        return first >> 4;
    }

    /** The four bits behind the type (section 2.1.3). */
    public int flags() {
        return first & 0xf;
    }

    public int oneByte() {
        return Byte.toUnsignedInt(bytes.get());
    }

    /** A Two Byte Integer (section 1.5.2). */
    public int twoBytes() {
        return Short.toUnsignedInt(bytes.getShort());
    }

    /** A Variable Byte Integer, in as few bytes as it can be written (section 1.5.5). */
    public int variable() {
        int value = 0;
        for (int i = 0; i < MAX_VARIABLE; i++) {
            int digit = oneByte();
            value |= (digit & 0x7f) << (7 * i);
            if (digit < 0x80) {
                assertTrue(digit > 0 || i == 0, () -> "a number in more bytes than it needs: " + this);
                return value;
            }
        }
        throw new AssertionError("a number of more than four bytes: " + this);
    }

    /** A UTF-8 Encoded String (section 1.5.4). */
    public String string() {
        try {
            // This decoder reports what is ill-formed.
            String text = StandardCharsets.UTF_8.newDecoder().decode(part()).toString();
            assertTrue(text.indexOf('\0') < 0, () -> "U+0000 in " + this);
            return text;
        } catch (CharacterCodingException e) {
            throw new AssertionError("a string that is not UTF-8: " + this, e);
        }
    }

    /** Binary Data (section 1.5.6), in hex. */
    public String binary() {
        return hex(part());
    }

    private ByteBuffer part() {
        int length = twoBytes();
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }

    private static String hex(ByteBuffer part) {
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        return HexFormat.of().formatHex(copy);
    }

    /** The properties with their length in front (section 2.2.2): each as its identifier in hex and its value, {@code 03 text/plain}. */
    public List<String> properties() {
        int length = variable();
        int end = bytes.position() + length;
        List<String> properties = new ArrayList<>();
        while (bytes.position() < end) {
            int identifier = oneByte();
            properties.add(String.format("%02x ", identifier) + value(identifier));
        }
        assertEquals(end, bytes.position(), () -> "Property Length of " + this);
        return properties;
    }

    private String value(int identifier) {
        return switch (identifier) {
            case 0x01, 0x17, 0x19 -> String.valueOf(oneByte());
            case 0x21, 0x22 -> String.valueOf(twoBytes());
            case 0x02, 0x11, 0x27 -> Integer.toUnsignedString(bytes.getInt());
            case 0x03, 0x08 -> string();
            case 0x09 -> binary();
            case 0x26 -> string() + "=" + string();
            default -> throw new AssertionError("a property that no client of ours sends: " + this);
        };
    }

    /** How many bytes have not been read yet. */
    public int left() {
        return bytes.remaining();
    }

    /** All that has not been read, in hex: a payload. */
    public String rest() {
        String rest = hex(bytes.slice());
        bytes.position(bytes.limit());
        return rest;
    }

    /** Nothing is left. */
    public void end() {
        assertEquals(0, left(), () -> "bytes behind the last field of " + this);
    }

    /** All bytes in hex. */
    @Override
    public String toString() {
        return hex(ByteBuffer.wrap(bytes.array()));
    }
}
