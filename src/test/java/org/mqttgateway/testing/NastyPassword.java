package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Passwords in which something could take a character for its own. */
public final class NastyPassword {

    /** What becomes another text, or nothing, where expressions are expanded; what is no bcrypt hash; blanks; a letter of two bytes. */
    public static final List<String> ALL = List.of(
            "pa$$word",
            "a\\$b",
            "${x}",
            "a${b}c",
            "$${x}",
            "${mqtt.server}",
            "$2024Summer!",
            "$2",
            " a ",
            "ü",
            "a,b",
            "#",
            "\\");

    private NastyPassword() {}

    /** As a .properties file has it: a backslash is written twice, and a blank at the beginning has one before it. */
    public static String inProperties(String password) {
        String escaped = password.replace("\\", "\\\\");
        return escaped.startsWith(" ") ? "\\" + escaped : escaped;
    }

    /** A file that has the password and this line break. */
    public static Path file(String password, String lineBreak) {
        try {
            Path file = Temporary.file("secret", ".txt");
            Files.writeString(file, password + lineBreak);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
