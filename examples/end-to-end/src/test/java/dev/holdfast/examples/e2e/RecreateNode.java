package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@link RecreateVictim}, seen by the process that started it. */
record RecreateNode(Process process, Path output) implements AutoCloseable {

    private static final String UNNEEDED = "sshd-|junit-|Hikari|org.eclipse.jgit|embedded-|testcontainers";

    static RecreateNode start(RecreatePlace place, String node, Path directory, String... more) throws IOException {
        Path output = directory.resolve(node + ".output");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                classPath(),
                RecreateVictim.class.getName(),
                place.url(),
                place.schema(),
                place.image(),
                node));
        command.addAll(List.of(more));
        return new RecreateNode(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
    }

    int status() throws InterruptedException {
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the node ends").isTrue();
        return process.exitValue();
    }

    String said() throws IOException {
        return Files.readString(output);
    }

    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .filter(entry -> !entry.matches(".*/(" + UNNEEDED + ")[^/]*\\.jar"))
                .reduce((one, other) -> one + java.io.File.pathSeparator + other)
                .orElseThrow();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
