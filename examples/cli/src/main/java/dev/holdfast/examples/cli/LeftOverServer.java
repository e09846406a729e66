package dev.holdfast.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A server whose starter was killed before it could stop it. Only looked for by who holds the state directory, so it
 * can be nobody else's.
 */
record LeftOverServer(ProcessHandle process) {

    private static final int SECONDS_TO_END = 20;

    /** Returns the server that runs over {@code data}: the file names its process and its directory. */
    static Optional<LeftOverServer> in(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        var lines = Files.readAllLines(file);
        if (lines.size() < 2 || !Path.of(lines.get(1)).equals(data.toAbsolutePath())) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(ProcessHandle::isAlive)
                // After a restart of the machine the number may be another program's.
                .filter(process -> process.info()
                        .command()
                        .filter(c -> c.endsWith("postgres"))
                        .isPresent())
                .map(LeftOverServer::new);
    }

    /** Asks it to stop, which it does at once as nobody is connected any more, and waits. */
    void end() {
        process.destroy();
        try {
            process.onExit().orTimeout(SECONDS_TO_END, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "a server of an earlier run, process " + process.pid() + ", does not end", e);
        }
    }
}
