package org.mqttgateway.mqtt.decode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessageType;
import java.nio.charset.StandardCharsets;

/**
 * Reads the data types of section 1.5 from one packet, never beyond its end, and makes nothing that the packet has no bytes for.
 *
 * <p>One object serves all packets of a connection.
 */
final class PacketReader {

    /** Most bytes of a Variable Byte Integer (section 1.5.5). */
    static final int MAX_VARIABLE = 4;

    private ByteBuf in;
    private int end;
    private MqttMessageType type;
    private boolean textsMayBeWrong;
    private boolean textsAreWrong;

    /** The next packet begins where {@code bytes} is read next. */
    void begin(ByteBuf bytes, int endIndex, MqttMessageType packetType) {
        in = bytes;
        end = endIndex;
        type = packetType;
        textsMayBeWrong = false;
        textsAreWrong = false;
    }

    /** From here to the end of the packet a text that is wrong makes no failure; {@link #areTextsWrong} tells of it. */
    void tolerateTexts() {
        textsMayBeWrong = true;
    }

    /** Whether there was a text that is not UTF-8 or has U+0000 in it. */
    boolean areTextsWrong() {
        return textsAreWrong;
    }

    /** Bytes that are not read yet. */
    int remaining() {
        return end - in.readerIndex();
    }

    /** Nothing beyond so many bytes is read until {@link #unlimit}, which takes what this returns. */
    int limit(int bytes) {
        int before = end;
        end = in.readerIndex() + require(bytes);
        return before;
    }

    void unlimit(int before) {
        end = before;
    }

    PacketException malformed(String what) {
        return PacketException.malformed("a " + type + " " + what);
    }

    PacketException protocolError(String what) {
        return PacketException.protocolError("a " + type + " " + what);
    }

    /** Returns {@code bytes}, if so many are there. */
    int require(int bytes) {
        if (bytes > remaining()) {
            throw malformed("that ends before its fields do");
        }
        return bytes;
    }

    /** The last field has been read. */
    void requireEnd() {
        if (remaining() != 0) {
            throw malformed("that does not end with its fields");
        }
    }

    int oneByte() {
        require(1);
        return in.readUnsignedByte();
    }

    int twoBytes() {
        require(2);
        return in.readUnsignedShort();
    }

    int fourBytes() {
        require(4);
        return in.readInt();
    }

    /** A Variable Byte Integer (section 1.5.5). */
    int variable() {
        int value = 0;
        for (int shift = 0; shift < 7 * MAX_VARIABLE; shift += 7) {
            int digit = oneByte();
            value |= (digit & 0x7f) << shift;
            if (digit < 0x80) {
                if (digit == 0 && shift > 0) {
                    throw malformed("with a length or number in more bytes than it needs");
                }
                return value;
            }
        }
        throw malformed("with a length or number of more than four bytes");
    }

    /** A Packet Identifier (section 2.2.1). */
    int packetId() {
        int id = twoBytes();
        if (id == 0) {
            throw protocolError("with the Packet Identifier 0");
        }
        return id;
    }

    /** A UTF-8 Encoded String (section 1.5.4). */
    String string() {
        int length = require(twoBytes());
        String text = in.toString(in.readerIndex(), length, StandardCharsets.UTF_8);
        // What is not UTF-8 has become U+FFFD; so only where that stands the bytes must be looked at.
        if (text.indexOf('\uFFFD') >= 0 && !ByteBufUtil.isText(in, in.readerIndex(), length, StandardCharsets.UTF_8)) {
            wrongText("with a text that is not UTF-8");
        }
        if (text.indexOf('\0') >= 0) {
            wrongText("with U+0000 in a text");
        }
        in.skipBytes(length);
        return text;
    }

    private void wrongText(String what) {
        if (!textsMayBeWrong) {
            throw malformed(what);
        }
        textsAreWrong = true;
    }

    /** Binary Data (section 1.5.6). */
    byte[] binary() {
        byte[] bytes = new byte[require(twoBytes())];
        in.readBytes(bytes);
        return bytes;
    }

    /** All that is left, without a copy. */
    ByteBuf rest() {
        return in.readRetainedSlice(remaining());
    }
}
