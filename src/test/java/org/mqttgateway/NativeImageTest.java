package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the builder of the native executable would refuse, or would leave out, found without it. Quarkus has it initialise all classes of the
 * gateway while it builds, so the values of their static fields become part of the executable; what belongs to a process cannot. And the
 * executable has only those resources that it was told of.
 */
class NativeImageTest {

    private static final Path CLASSES = Path.of("target/classes");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Path METADATA =
            RESOURCES.resolve("META-INF/native-image/org.mqttgateway/mqtt-gateway/reachability-metadata.json");

    /** Memory that is not in the Java heap, threads, files, sockets, and random numbers, which would be the same in each process. */
    private static final List<Class<?>> OF_A_PROCESS = List.of(
            Buffer.class,
            ByteBuf.class,
            Vertx.class,
            io.netty.channel.Channel.class,
            EventExecutorGroup.class,
            ExecutorService.class,
            Thread.class,
            ThreadGroup.class,
            Timer.class,
            RandomGenerator.class,
            Cleaner.class,
            Cleaner.Cleanable.class,
            FileDescriptor.class,
            RandomAccessFile.class,
            Channel.class,
            Selector.class,
            Socket.class,
            ServerSocket.class,
            DatagramSocket.class,
            Process.class);

    /** Calls that read a resource: what is in the parentheses. */
    private static final Pattern READ = Pattern.compile("\\.getResource(?:AsStream|s)?\\(([^()]*)\\)");

    @Test
    void noStaticFieldHoldsWhatBelongsToAProcess() throws IOException {
        List<String> found = new ArrayList<>();
        for (Class<?> type : classes()) {
            found.addAll(refused(type));
        }
        assertEquals(List.of(), found);
    }

    @Test
    void theCheckSeesFieldsByTypeAndByValue() {
        assertEquals(
                List.of(
                        "Refused.declared: io.vertx.core.buffer.Buffer",
                        "Refused.hidden: java.util.Random",
                        "Refused.inList: java.nio.DirectByteBuffer",
                        "Refused.inArrayOfRecords: java.util.Random",
                        "Refused.captured: java.lang.Thread"),
                refused(Refused.class));
    }

    @Test
    void theExecutableHasEachResourceThatIsRead() throws IOException {
        List<String> registered = registered("resources", "glob");
        for (String name : read()) {
            assertEquals(List.of(name), registered.stream().filter(name::equals).toList(), "read, not registered");
        }
    }

    @Test
    void eachFileOfTheResourcesIsInTheExecutableOrNotNeededThere() throws IOException {
        List<String> registered = registered("resources", "glob");
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            List<String> missing = files.filter(Files::isRegularFile)
                    .map(file -> RESOURCES.relativize(file).toString())
                    .filter(name -> !registered.contains(name) && !isQuarkusOwn(name))
                    .toList();
            assertEquals(List.of(), missing);
        }
    }

    @Test
    void whatIsRegisteredExists() throws IOException, ClassNotFoundException {
        for (String name : registered("resources", "glob")) {
            assertEquals(true, Files.exists(CLASSES.resolve(name)), name);
        }
        for (String name : registered("reflection", "type")) {
            assertEquals(name, Class.forName(name, false, loader()).getName());
        }
    }

    /** Quarkus reads it while it builds, serves it, or registers it by itself. */
    private static boolean isQuarkusOwn(String name) {
        return name.equals("application.properties")
                || name.startsWith("META-INF/resources/")
                || name.startsWith("META-INF/native-image/")
                || name.equals("META-INF/services/io.smallrye.config.ConfigSourceInterceptor");
    }

    private static List<String> registered(String kind, String field) throws IOException {
        List<String> names = new ArrayList<>();
        for (JsonNode entry : new ObjectMapper().readTree(METADATA.toFile()).path(kind)) {
            names.add(entry.path(field).textValue());
        }
        return names;
    }

    /** The names of resources that the code reads. A name must be a text or a constant of the same file. */
    private static List<String> read() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                READ.matcher(source).results().map(call -> name(call, source)).forEach(names::add);
            }
        }
        return names;
    }

    private static String name(MatchResult call, String source) {
        String argument = call.group(1);
        if (argument.startsWith("\"")) {
            return argument.replace("\"", "");
        }
        return Pattern.compile(" " + Pattern.quote(argument) + " =\\s+\"([^\"]*)\";")
                .matcher(source)
                .results()
                .map(constant -> constant.group(1))
                .findFirst()
                .orElse(call.group());
    }

    private static List<Class<?>> classes() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES.resolve("org/mqttgateway"))) {
            List<Class<?>> classes = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                String name = CLASSES.relativize(file).toString().replace('/', '.');
                classes.add(Class.forName(name.substring(0, name.length() - ".class".length()), true, loader()));
            }
            return classes;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClassLoader loader() {
        return NativeImageTest.class.getClassLoader();
    }

    /** The static fields of a class that would be refused, as {@code CLASS.FIELD: TYPE}. */
    private static List<String> refused(Class<?> type) {
        List<String> found = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                Optional<Class<?>> declared = isOfAProcess(field.getType())
                        ? Optional.of(field.getType())
                        : ofAProcess(value(field, null), Collections.newSetFromMap(new IdentityHashMap<>()));
                declared.ifPresent(
                        wrong -> found.add(type.getSimpleName() + "." + field.getName() + ": " + wrong.getName()));
            }
        }
        return found;
    }

    private static boolean isOfAProcess(Class<?> type) {
        return OF_A_PROCESS.stream().anyMatch(wrong -> wrong.isAssignableFrom(type));
    }

    /** Looks into arrays, collections and the gateway's own objects, at any depth. */
    private static Optional<Class<?>> ofAProcess(Object value, Set<Object> seen) {
        if (value == null || !seen.add(value)) {
            return Optional.empty();
        }
        if (isOfAProcess(value.getClass()) || value instanceof ByteBuffer buffer && buffer.isDirect()) {
            return Optional.of(value.getClass());
        }
        return parts(value).flatMap(part -> ofAProcess(part, seen).stream()).findFirst();
    }

    private static Stream<?> parts(Object value) {
        if (value instanceof Object[] array) {
            return Stream.of(array);
        } else if (value instanceof Iterable<?> iterable) {
            List<Object> parts = new ArrayList<>();
            iterable.forEach(parts::add);
            return parts.stream();
        } else if (value instanceof Map<?, ?> map) {
            return Stream.concat(map.keySet().stream(), map.values().stream());
        } else if (value instanceof Optional<?> optional) {
            return optional.stream();
        } else if (value instanceof AtomicReference<?> reference) {
            return Stream.ofNullable(reference.get());
        } else if (value.getClass().getName().startsWith("org.mqttgateway.")) {
            return Stream.of(value.getClass().getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers()))
                    .map(field -> value(field, value))
                    .filter(part -> part != null);
        }
        return Stream.empty();
    }

    private static Object value(Field field, Object owner) {
        try {
            field.setAccessible(true);
            return field.get(owner);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the check has to find. */
    private static final class Refused {

        private record Holder(Object held) {}

        private static Buffer declared;
        private static final Object hidden = new java.util.Random();
        private static final List<?> inList = List.of("text", ByteBuffer.allocateDirect(1));
        private static final Object inArrayOfRecords = new Holder[] {new Holder(Map.of(1, new java.util.Random()))};
        private static final Runnable captured = runs(new Thread());
        private static final List<?> fine = List.of(ByteBuffer.allocate(1), Pattern.compile("."), new Holder("text"));

        private static Runnable runs(Thread thread) {
            return () -> thread.interrupt();
        }
    }
}
