package org.mqttgateway.settings.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The content of a file that has a secret: UTF-8, of which one line break at the end is no part. */
public final class SecretFile {

    /** The longest password that MQTT can carry (section 1.5.6), and its line break. */
    private static final int MOST = 65_535 + 2;

    private SecretFile() {}

    /** @throws IOException that says why there is no secret in the file, without its content */
    public static String read(String path) throws IOException {
        byte[] content = content(path);
        if (content.length > MOST) {
            throw new IOException("has more than 65535 bytes");
        }
        String text = text(content);
        if (text.endsWith("\n")) {
            text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
        }
        if (text.isEmpty()) {
            throw new IOException("is empty");
        }
        return text;
    }

    private static byte[] content(String path) throws IOException {
        try {
            Path file = Path.of(path);
            if (Files.isDirectory(file)) {
                throw new IOException("is a folder");
            }
            try (InputStream stream = Files.newInputStream(file)) {
                return stream.readNBytes(MOST + 1);
            }
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new IOException("does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException("cannot be read: permission denied", e);
        }
    }

    private static String text(byte[] content) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("is not UTF-8", e);
        }
    }
}
