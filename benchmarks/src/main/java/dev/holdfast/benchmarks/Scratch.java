package dev.holdfast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory of this run, removed at its end. */
record Scratch(Path directory) implements AutoCloseable {

    static Scratch make() {
        try {
            return new Scratch(Files.createTempDirectory("holdfast-benchmark-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    @Override
    public void close() {
        remove(directory);
    }

    /** Removes a tree, untimed. */
    static void remove(Path path) {
        Command.run(Path.of("/"), "rm", "-rf", path.toString());
    }
}
