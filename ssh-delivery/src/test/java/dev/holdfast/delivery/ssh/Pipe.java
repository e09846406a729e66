package dev.holdfast.delivery.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Makes the step that writes a file stand still in the middle of a script, until it is let go. */
record Pipe(Path path) {

    /**
     * Returns the setting of a server whose {@code chmod} waits for the end of {@code <file>.pipe}, if there is one.
     */
    static String setting(Path directory) throws IOException {
        Path chmod = directory.resolve("chmod");
        Files.writeString(chmod, "#!/bin/sh\nif [ -p \"$2.pipe\" ]; then exec cat \"$2.pipe\"; fi\n");
        Files.setPosixFilePermissions(chmod, PosixFilePermissions.fromString("rwxr-xr-x"));
        return "SetEnv PATH=" + directory + ":/usr/bin:/bin";
    }

    /** Makes the step that writes {@code file} stand still. */
    static Pipe at(Path file) throws IOException {
        Path path = Path.of(file + ".pipe");
        new ProcessBuilder("mkfifo", path.toString()).start().onExit().join();
        return new Pipe(path);
    }

    /** Waits until the step stands still; closing the stream lets it go. */
    OutputStream reached() {
        return CompletableFuture.supplyAsync(this::open)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** Waits until the step stands still, and lets it go. */
    void letGo() {
        try {
            open().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private OutputStream open() {
        try {
            return Files.newOutputStream(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
