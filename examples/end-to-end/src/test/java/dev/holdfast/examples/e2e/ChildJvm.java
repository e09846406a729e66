package dev.holdfast.examples.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs of these tests in processes of their own, so that they can die. */
final class ChildJvm {

    /** What a node on PostgreSQL does without that has neither engines nor git servers. */
    static final String NO_SERVERS =
            "docker-|sshd-|jackson-|junit-|http|jna|bc|org.eclipse.jgit|embedded-|testcontainers|commons-";

    private ChildJvm() {}

    /** Adds a line to a file that several processes write to, in one write. */
    static void append(Path file, String line) {
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a program on this JVM's class path, quick to start rather than quick.
     *
     * @param unneeded which jars it does without, as a pattern of how their names begin
     * @param output where it writes what it says, errors too
     */
    static Process start(Class<?> program, String unneeded, Path output, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                classPath(unneeded),
                program.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static String classPath(String unneeded) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.matches(".*/(" + unneeded + ")[^/]*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
