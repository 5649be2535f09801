package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Vert.x says of an event loop that has been in one handler for {@value #LIMIT_MILLIS} ms or longer, so that all other connections of that event
 * loop have waited. It fails a test if one of these is so:
 *
 * <ul>
 *   <li>The event loop waits: for an outcome, a time, a name. That is never its business, on a quick machine or a slow one.
 *   <li>It computes for {@value #COMPUTES_MILLIS} ms: an event loop of the process has had a processor for {@value #COMPUTES} of that time. In a process of tests most
 *       code runs for the first time, interpreted, which takes some ten times as long as later.
 * </ul>
 *
 * Several classes of tests, their gateways and compilers share few processors, so a thread is often ready and gets none. Then no other event loop of the
 * process has had one for so long either, because the system divides the time fairly; nor while the process was stopped by a signal or collected garbage.
 * A lock may be held by a thread that gets no processor, so to wait for one counts as computing, and so does to load a class, for which a process that has
 * no archive of classes may take {@value #FIRST_USE_MILLIS} ms, once. Where the system does not tell who had a processor, computing is not seen.
 *
 * @param at when it was said, in milliseconds since 1970
 * @param millis for how long the event loop has been in the handler until then
 * @param stack where it was then, the innermost method first
 */
record BlockedLoop(long at, long millis, String text, List<String> stack) {

    static final long LIMIT_MILLIS = 200;

    static final long COMPUTES_MILLIS = 500;

    static final long FIRST_USE_MILLIS = 1_000;

    /** The part of the time. */
    private static final double COMPUTES = 0.75;

    private static final String CATEGORY = "io.vertx.core.impl.BlockedThreadChecker";

    private static final String TIME = "yyyy-MM-dd HH:mm:ss,SSS";
    private static final DateTimeFormatter TIMES = DateTimeFormatter.ofPattern(TIME, Locale.ROOT);

    private static final Pattern MESSAGE = Pattern.compile(
            "Thread\\[vert\\.x-eventloop-.* has been blocked for (\\d+) ms, time limit is " + LIMIT_MILLIS + " ms");

    /** A line of a gateway: when, and the message. */
    private static final Pattern LINE = Pattern.compile("([-0-9]+ [0-9:,]+) (.*)");

    private static final String FRAME = "\tat ";

    /**
     * Methods in which a thread waits for something else than a processor. Those that read and write files and sockets are none: a thread that gets
     * no processor may be in any of them, and no more can be told by its stack.
     */
    private static final List<String> WAITS = List.of(
            "jdk.internal.misc.Unsafe.park(",
            "java.lang.Object.wait",
            "java.lang.Thread.sleep",
            "java.net.Inet4AddressImpl.",
            "java.net.Inet6AddressImpl.",
            "sun.nio.ch.Net.poll(");

    /** Methods within which a wait is one for a processor: somebody else has the lock. */
    private static final List<String> LOCKS = List.of("java.util.concurrent.locks.ReentrantLock.lock(");

    /** Methods in which the JVM makes what is used for the first time. */
    private static final List<String> FIRST_USES =
            List.of("java.lang.ClassLoader.loadClass(", "java.lang.invoke.MethodHandleNatives.link");

    /** Options with which a gateway says it in a file of its own: the tests that read its log do not expect it there. */
    static List<String> options(Path file) {
        String handler = "-Dquarkus.log.handler.file.blocked-loops.";
        String category = "-Dquarkus.log.category.\"" + CATEGORY + "\".";
        return List.of(
                "-Dquarkus.vertx.max-event-loop-execute-time=" + LIMIT_MILLIS + "ms",
                // Also the interval in which Vert.x looks.
                "-Dquarkus.vertx.warning-exception-time=" + LIMIT_MILLIS + "ms",
                handler + "enabled=true",
                handler + "path=" + file,
                handler + "format=%d{" + TIME + "} %s%e%n",
                handler + "rotation.rotate-on-boot=false",
                category + "handlers=blocked-loops",
                category + "use-parent-handlers=false");
    }

    /** What a gateway has said so far. */
    static List<BlockedLoop> in(Path file) {
        try {
            return of(Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<BlockedLoop> of(List<String> lines) {
        List<BlockedLoop> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            Matcher message = MESSAGE.matcher(lines.get(i));
            if (line.matches() && message.find()) {
                List<String> stack = lines.subList(i + 1, lines.size()).stream()
                        .takeWhile(next -> next.startsWith(FRAME))
                        .map(next -> next.substring(FRAME.length()))
                        .toList();
                found.add(new BlockedLoop(
                        millisOf(line.group(1)), Long.parseLong(message.group(1)), line.group(2), stack));
            }
        }
        return found;
    }

    private static long millisOf(String time) {
        return LocalDateTime.parse(time, TIMES)
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli();
    }

    /** What was logged in this process: one, or none if it is not about an event loop or not beyond the limit. */
    static List<BlockedLoop> of(LogRecord said, String message) {
        Matcher matcher = MESSAGE.matcher(message);
        if (!matcher.find()) {
            return List.of();
        }
        List<String> stack = said.getThrown() == null
                ? List.of()
                : Stream.of(said.getThrown().getStackTrace())
                        .map(StackTraceElement::toString)
                        .toList();
        return List.of(new BlockedLoop(said.getMillis(), Long.parseLong(matcher.group(1)), message, stack));
    }

    /** Whether the event loop was blocked. */
    boolean isBlocked(List<EventLoopTimes> processes) {
        boolean firstUse = isWithin(FIRST_USES);
        boolean waits = !stack.isEmpty() && isOneOf(WAITS, stack.get(0)) && !isWithin(LOCKS) && !firstUse;
        return waits || millis >= (firstUse ? FIRST_USE_MILLIS : COMPUTES_MILLIS) && computes(processes);
    }

    private boolean isWithin(List<String> methods) {
        return stack.stream().anyMatch(method -> isOneOf(methods, method));
    }

    /** @param frame with its loader and module: {@code java.base@17.0.15/java.lang.Object.wait(Native Method)} */
    private static boolean isOneOf(List<String> methods, String frame) {
        String method = frame.substring(frame.lastIndexOf('/', frame.indexOf('(')) + 1);
        return methods.stream().anyMatch(method::startsWith);
    }

    private boolean computes(List<EventLoopTimes> processes) {
        return processes.stream()
                .map(times -> times.busiest(at - millis, at))
                .filter(OptionalDouble::isPresent)
                .anyMatch(busiest -> busiest.getAsDouble() >= COMPUTES);
    }

    @Override
    public String toString() {
        return text + "\n    at " + String.join("\n    at ", stack);
    }
}
