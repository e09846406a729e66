package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link RecreateVictim}, seen by the process that started it. */
record RecreateNode(Process process, Path output) implements AutoCloseable {

    private static final String UNNEEDED = "sshd-|junit-|Hikari|org.eclipse.jgit|embedded-|testcontainers";

    static RecreateNode start(RecreatePlace place, String node, Path directory, String... more) throws IOException {
        Path output = directory.resolve(node + ".output");
        List<String> arguments = new ArrayList<>(List.of(place.url(), place.schema(), place.image(), node));
        arguments.addAll(List.of(more));
        return new RecreateNode(ChildJvm.start(RecreateVictim.class, UNNEEDED, output, arguments), output);
    }

    int status() throws InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("the node ends").isTrue();
        return process.exitValue();
    }

    String said() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
